// Reads a code by the camera: with the browser's own reader where it has one, and with cmd/desk elsewhere.

import { element } from "./element.js";
import { call } from "./judge.js";
import { newID, prepare } from "./judging.js";
import { language, say } from "./language.js";
import { shrink } from "./picture.js";
import { at } from "./view.js";

const often = 200; // milliseconds between two looks

/** readCode shows what the camera sees until it sees a code of ours, and returns its text; null if that is ended. */
export async function readCode() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 1280 } } });
  const video = element("video", { playsinline: true, muted: true, "aria-label": say("camera") });
  let ended = false;
  const shown = element("section", { class: "card camera", "aria-label": say("camera") }, video, element("p", { role: "status" }, say("camera aim")),
    element("p", { class: "row" }, element("button", { type: "button", click: () => { ended = true; } }, say("camera end"))));
  at("result").before(shown);
  video.srcObject = stream;
  try {
    await video.play();
    shown.querySelector("button").focus();
    const look = await reader();
    while (!ended) {
      const text = await look(video);
      if (text) return text;
      await new Promise((resolve) => setTimeout(resolve, often));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    shown.remove();
  }
}

// reader returns what looks for a code in a video.
async function reader() {
  const own = globalThis.BarcodeDetector && (await globalThis.BarcodeDetector.getSupportedFormats()).includes("qr_code");
  if (own) {
    const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  if ((await prepare()) !== "here") throw new Error(say("camera missing"));
  const id = newID();
  return async (video) => {
    const grey = shrink(video, video.videoWidth, video.videoHeight);
    if (!grey) return "";
    await call("examinePixels", id, grey.width, grey.height, grey.bytes);
    const { scan } = await call("judge", id, "{}", language(), "[]");
    return scan.codes[0]?.token;
  };
}
