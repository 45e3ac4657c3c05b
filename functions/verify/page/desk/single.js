// One file by itself, judged on this device.

import { complete, judge, newID, prepare } from "./judging.js";
import { say } from "./language.js";

const patience = 10; // seconds that are waited where the service has no time

/**
 * judgeAlone returns the answer about a file, in the form of the service's, with a note where the register
 * was not asked; null for what only the service judges, such as a receipt, or where no worker runs.
 */
export async function judgeAlone(file, question) {
  if ((await prepare()) !== "here") return null;
  const item = { id: newID(), file };
  await judge(item, question);
  if (item.trouble || item.alone) return null;
  if (item.identities.length) await complete([item], question, question, wait);
  if (item.trouble) return null;
  return { ...item.answer, here: say("judgedHere"), note: item.note };
}

async function wait(seconds) {
  if (seconds > patience) return false;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  return true;
}
