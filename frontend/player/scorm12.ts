/** Runs a SCORM 1.2 package: the API that it looks for in its parents is scorm-again's. */
import { Scorm12API } from "scorm-again";
import { at, judged, run, scaled, type Api, type Memory, type Outcome } from "./lib/scorm";
import type { Part } from "./lib/keep";

declare global {
  interface Window {
    API?: Api;
  }
}

function outcome(cmi: Memory, part: Part): Outcome {
  const status = String(at(cmi, "core", "lesson_status") ?? "");
  const score = scaled(at(cmi, "core", "score") as Memory | undefined);
  const passed = status === "passed" ? true : status === "failed" ? false : null;
  return { finished: ["passed", "failed", "completed"].includes(status), passed: judged(part, score, passed), score };
}

run({
  api: (settings) => (window.API = new Scorm12API(settings) as unknown as Api),
  commit: "LMSCommit",
  end: "LMSFinish",
  outcome,
});
