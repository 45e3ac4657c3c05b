// The page's side of the worker that judges tables.

import { scriptAddress } from "./script.js";

let worker = null; // a promise of the worker that is ready
const calls = new Map(); // what waits for an answer, by number
let count = 0;

function start() {
  if (!worker) {
    worker = make();
    worker.catch(() => { worker = null; });
  }
  return worker;
}

function make() {
  return new Promise((resolve, reject) => {
    const made = new Worker(scriptAddress("/v/clerkworker.js"));
    made.onerror = (event) => {
      event.preventDefault();
      end(made, event.message || "no worker");
      reject(new Error(event.message || "no worker"));
    };
    made.onmessage = ({ data }) => {
      if (data.ready) return resolve(made);
      if (data.n === undefined) {
        end(made, data.error);
        return reject(new Error(data.error));
      }
      const call = calls.get(data.n);
      calls.delete(data.n);
      if (!call) return;
      if (data.error) call.reject(new Error(data.error));
      else call.resolve(data.answer);
    };
  });
}

// end lets go of a worker that failed; the next call starts another.
function end(made, why) {
  made.terminate();
  worker = null;
  for (const call of calls.values()) call.reject(new Error(why));
  calls.clear();
}

/** call calls a function of cmd/clerk. It rejects where that cannot run. */
export async function call(name, ...values) {
  const made = await start();
  return new Promise((resolve, reject) => {
    const n = ++count;
    calls.set(n, { resolve, reject });
    made.postMessage({ n, name, given: values });
  });
}
