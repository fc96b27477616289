/** Runs a SCORM 2004 package: the API that it looks for in its parents is scorm-again's. */
import { Scorm2004API } from "scorm-again";
import { at, judged, run, scaled, type Api, type Memory, type Outcome } from "./lib/scorm";
import type { Part } from "./lib/keep";

declare global {
  interface Window {
    API_1484_11?: Api;
  }
}

function outcome(cmi: Memory, part: Part): Outcome {
  const score = scaled(at(cmi, "score") as Memory | undefined);
  const success = String(at(cmi, "success_status") ?? "");
  const passed = success === "passed" ? true : success === "failed" ? false : null;
  const finished = at(cmi, "completion_status") === "completed" || passed !== null;
  return { finished, passed: judged(part, score, passed), score };
}

run({
  api: (settings) => (window.API_1484_11 = new Scorm2004API(settings) as unknown as Api),
  commit: "Commit",
  end: "Terminate",
  outcome,
});
