// Lists the features of browsers that scripts and style sheets use and that are newer than a floor.
// Arguments: the module acorn, MDN's data.json, the floor of each browser as chrome=80; on standard input
// a JSON object of files by name; on standard output a JSON list of {file, feature, versions}. Of a
// member, such as .at, only the name is known; if it is called, () stands behind it.

import {readFileSync} from 'node:fs';

const [acornPath, dataPath, ...floors] = process.argv.slice(2);
const {parse} = await import(acornPath);
const {api, css, html, javascript} = JSON.parse(readFileSync(dataPath));
const number = text => text.split('.').reduce((sum, part, i) => sum + part / 100 ** i, 0);
const floor = floors.map(f => [f.split('=')[0], number(f.split('=')[1])]);

// owners are the interfaces that a page like these uses: a member is told by its name alone.
const owners = `AbortController AbortSignal Array Blob Cache CacheStorage CharacterData ChildNode Clipboard Crypto CSSStyleDeclaration Date Document
  DocumentFragment DOMException DOMTokenList Element Error Event EventTarget File FileList FormData Headers History HTMLButtonElement HTMLCollection
  HTMLDialogElement HTMLElement HTMLFormElement HTMLImageElement HTMLInputElement HTMLOptionElement HTMLSelectElement HTMLTextAreaElement
  IntersectionObserver IntersectionObserverEntry JSON Location Map Math MediaQueryList MutationObserver Navigator Node NodeList Number Object
  Promise ReadableStream RegExp Request ResizeObserver Response Selection ServiceWorkerContainer Set Storage String SubtleCrypto TextDecoder
  TextEncoder Uint8Array URL URLSearchParams Window`.split(/\s+/);

// versions are those from which a feature is there whole, without a prefix or a switch.
const versions = ({support}) => floor.map(([browser]) => {
  const all = [support[browser] ?? []].flat().filter(s => s.version_added && s.version_added !== 'preview' &&
    !(s.flags || s.prefix || s.alternative_name || s.partial_implementation || s.version_removed));
  return all.length ? all.map(s => s.version_added.replace('≤', '')).sort((a, b) => number(a) - number(b))[0] : '';
});
const isNewer = compat => versions(compat).some((v, i) => !v || number(v) > floor[i][1]);

const members = new Map(); // [feature, compat] by the member's name
for (const owner of owners) {
  for (const [part, {__compat}] of Object.entries({...api[owner], ...javascript.builtins[owner]})) {
    const name = part.replace(/_(static|event)$/, '');
    if (part !== '__compat' && __compat) members.set(name, [...(members.get(name) ?? []), [`${owner}.${name}`, __compat]]);
  }
}

const found = new Map();
function report(file, feature, compat) {
  if (compat && isNewer(compat)) found.set(`${file} ${feature}`, {file, feature, versions: versions(compat)});
}

const assignment = {'??=': 'nullish_coalescing_assignment', '||=': 'logical_or_assignment', '&&=': 'logical_and_assignment'};

function scanScript(file, text) {
  const classic = /failure(-\w+)?\.js$/.test(file); // it speaks in browsers below the floor too
  const tree = parse(text, {ecmaVersion: classic ? 5 : 2021, sourceType: classic ? 'script' : 'module'});
  if (/\(\?<[=!]/.test(text)) report(file, '(?<=', javascript.regular_expressions.lookbehind_assertion.__compat);
  const declared = new Set();
  const names = new Set();
  (function visit(node, parent, role) {
    const member = (node.type === 'MemberExpression' && !node.computed) || (node.type === 'Property' && parent.type === 'ObjectPattern');
    if (member) {
      const owner = node.object?.type === 'Identifier' ? node.object.name : '';
      const known = members.get((node.property ?? node.key).name) ?? [];
      const exact = known.filter(([feature]) => feature.startsWith(`${owner}.`));
      const feature = `.${(node.property ?? node.key).name}${role === 'callee' ? '()' : ''}`;
      for (const [, compat] of exact.length ? exact : known) report(file, feature, compat);
    }
    if (node.type === 'AssignmentExpression' && assignment[node.operator]) report(file, node.operator, javascript.operators[assignment[node.operator]].__compat);
    if (node.type === 'Literal' && node.bigint) report(file, '1n', javascript.builtins.BigInt.__compat);
    if (node.type === 'CallExpression' && node.callee.name === 'element' && node.arguments[0]?.value) {
      const [tag, attributes] = node.arguments;
      scanElement(file, tag.value, (attributes?.properties ?? []).map(p => p.key?.name ?? p.key?.value));
    }
    if (node.type === 'Identifier') {
      if (/^(params|id|local|param)$/.test(role) || /Pattern|RestElement/.test(parent.type)) declared.add(node.name);
      else if (!/^(property|key)$/.test(role) || parent.computed) names.add(node.name);
    }
    for (const [key, value] of Object.entries(node)) {
      for (const child of [value].flat()) if (child?.type) visit(child, node, key);
    }
  })(tree, {}, '');
  for (const name of names) {
    if (!declared.has(name)) report(file, name, (javascript.builtins[name] ?? api[name] ?? javascript.builtins.globals?.[name] ?? api.Window[name])?.__compat);
  }
}

function scanElement(file, tag, attributes) {
  const known = html.elements[tag] ?? {};
  report(file, `<${tag}>`, known.__compat);
  for (const name of attributes) report(file, `<${tag} ${name}>`, (known[name] ?? html.global_attributes[name])?.__compat);
}

function scanPage(file, text) {
  for (const [, tag, attributes] of text.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)/g)) {
    scanElement(file, tag, [...attributes.matchAll(/([a-z-]+)(?:="[^"]*")?/g)].map(m => m[1]));
  }
}

function scanStyle(file, text) {
  const plain = text.replace(/\/\*[^]*?\*\//g, '').replace(/"[^"]*"/g, '""');
  const look = (feature, node) => report(file, feature, node?.__compat);
  for (const [, body] of plain.matchAll(/\{([^{}]*)\}/g)) {
    const rule = body.split(';').map(d => d.split(/:([^]*)/).map(part => part.trim())).filter(([property]) => property);
    for (const [property, value] of rule) {
      const known = css.properties[property];
      look(property, known);
      for (const [word] of value.matchAll(/[a-z][a-z-]+/g)) look(`${property}: ${word}`, known?.[word]);
      for (const [, name] of value.matchAll(/([a-z-]+)\(/g)) for (const kind of [css.types, css.types.color, css.types.gradient, css.types.image]) look(`${name}()`, kind[name]);
      for (const [, unit] of value.matchAll(/\d(d|s|l)v(?:h|w|i|b|min|max)\b/g)) look(`${unit}vh`, css.types.length[`viewport_percentage_units_${{d: 'dynamic', s: 'small', l: 'large'}[unit]}`]);
      if (/gap$/.test(property) && rule.some(([p, v]) => p === 'display' && v.includes('flex'))) look(`${property} of flex`, known.flex_context ?? css.properties.gap.flex_context);
    }
  }
  for (const [, selector] of plain.matchAll(/([^{};]+)\{/g)) {
    for (const [, name, inside] of selector.matchAll(/::?([a-z-]+)(\([^)]*\))?/g)) {
      if (!selector.includes('@')) look(`:${name}`, css.selectors[name]);
      if (name === 'not' && inside?.includes(',')) look(':not(a, b)', css.selectors.not.selector_list ?? css.selectors.is);
    }
    for (const [, name] of selector.matchAll(/@([a-z-]+)/g)) look(`@${name}`, css['at-rules'][name]);
    for (const [, name] of selector.matchAll(/\(([a-z-]+)\s*[:)]/g)) look(`@media (${name})`, css['at-rules'].media[name]);
    if (/@media[^{]*[<>]/.test(selector)) look('@media (a < b)', css['at-rules'].media.range_syntax);
  }
}

const scan = {css: scanStyle, html: scanPage, js: scanScript};
for (const [file, text] of Object.entries(JSON.parse(readFileSync(0)))) scan[file.split('.').pop()](file, text);
process.stdout.write(JSON.stringify([...found.values()]));
