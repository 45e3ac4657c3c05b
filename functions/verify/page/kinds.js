// What the page knows of the service's kinds of certificate: the grammars of numbers, and the labels of each kind by its
// name. The service writes them into the page.

const kinds = document.getElementById("kinds");

export const { grammars, labels } = kinds ? JSON.parse(kinds.textContent) : { grammars: [], labels: {} };
