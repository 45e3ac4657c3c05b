// Files for the browser's downloads. A page is not told whether anything was saved.

function press(attributes) {
  Object.assign(document.createElement('a'), attributes).click();
}

// download hands over an address that the service answers with a file to save.
export const download = href => press({href});

// save hands over a file.
export function save({name, blob}) {
  const href = URL.createObjectURL(blob);
  press({href, download: name});
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
