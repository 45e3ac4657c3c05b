// Where the files stand on the page, and how the page says that they are drawn.

const ACROSS = 4;
const WIDTH = 820;
const HEIGHT = 1160;

export const count = Number(new URLSearchParams(location.search).get('files'));

// Puts an element into the room of a file.
export function room(element, number) {
  element.style.left = `${(number % ACROSS) * WIDTH}px`;
  element.style.top = `${Math.floor(number / ACROSS) * HEIGHT}px`;
  document.body.append(element);
}

// Says where each file is drawn; null is a file that could not be.
export function drawn(pages) {
  const places = pages.map((page) => {
    if (!page) return {};
    const { left, top, width, height } = page.getBoundingClientRect();
    return { left, top, width, height };
  });
  return fetch('/drawn', { method: 'POST', body: JSON.stringify(places) });
}
