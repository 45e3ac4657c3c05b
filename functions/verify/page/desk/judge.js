// The page's side of the worker that judges files on this device.

import { scriptAddress } from "./script.js";

let worker = null; // a promise of the worker that is ready
const calls = new Map(); // what waits for an answer, by number
let count = 0;

/** build names the program that judges here. */
export let build = "";

/** start starts the worker, once, with the published keys. It rejects where none can run. */
export function start(bundle) {
  if (!worker) {
    worker = make().then(async (made) => {
      await post(made, "trust", [bundle]);
      return made;
    });
    worker.catch(() => { worker = null; });
  }
  return worker;
}

function make() {
  return new Promise((resolve, reject) => {
    const made = new Worker(scriptAddress("/v/deskworker.js"));
    made.onerror = (event) => {
      event.preventDefault();
      end(made, event.message);
      reject(new Error(event.message || "no worker"));
    };
    made.onmessage = ({ data }) => {
      if (data.ready) {
        build = data.program;
        return resolve(made);
      }
      if (data.n === undefined) {
        end(made, data.error);
        return reject(new Error(data.error));
      }
      if (/has already exited/.test(data.error ?? "")) return end(made, data.error);
      const call = calls.get(data.n);
      calls.delete(data.n);
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

function post(made, name, values) {
  return new Promise((resolve, reject) => {
    const n = ++count;
    calls.set(n, { resolve, reject });
    made.postMessage({ n, name, given: values });
  });
}

/** stop ends the worker, whatever it is doing. */
export async function stop() {
  const made = await worker;
  if (made) end(made, "stopped");
}

/** call calls a function of cmd/desk. */
export async function call(name, ...values) {
  const made = await worker;
  if (!made) throw new Error("no worker");
  return post(made, name, values);
}
