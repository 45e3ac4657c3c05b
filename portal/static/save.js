// Files for the browser's downloads. A page is not told whether anything was saved.

function press(address, name) {
  const link = document.createElement('a');
  link.href = address;
  if (name) link.download = name;
  link.click();
}

// download hands over an address that the service answers with a file to save.
export const download = address => press(address);

// save hands over a file.
export function save({name, blob}) {
  const address = URL.createObjectURL(blob);
  press(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
