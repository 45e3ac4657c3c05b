// One file by itself, judged on this device.

import { complete, judge, newID, placeOf, prepare } from "./judging.js";
import { say } from "./language.js";
import { sentences } from "./view.js";

const patience = 10; // seconds that are waited where the service has no time

/**
 * judgeAlone returns the answer about a file, in the form of the service's, with a note where the register
 * was not asked. {stuck, text} is why the file was not judged: the key of the words, or a text of its own.
 */
export async function judgeAlone(file, question) {
  const state = await prepare();
  if (state !== "here") return { stuck: state };
  const item = { id: newID(), file };
  await judge(item, question);
  if (item.refused) return { problem: { title: item.refused } };
  if (item.alone) return { stuck: "stuck receipt" };
  if (!item.trouble && item.identities.length) await complete([item], question, question, wait);
  if (item.trouble) return { stuck: "stuck failed", text: item.trouble };
  const note = item.unasked ? sentences(item.note, say("askAgain")) : item.note;
  return { ...item.answer, here: say(placeOf([item])), note };
}

async function wait(seconds) {
  if (seconds > patience) return false;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  return true;
}
