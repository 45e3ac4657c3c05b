// What browsers lack that the pages serve, made up for in one place. docs/browsers.md lists it.

if (!Element.prototype.replaceChildren) {
  Element.prototype.replaceChildren = function replaceChildren(...children) {
    while (this.firstChild) this.firstChild.remove();
    this.append(...children);
  };
}
