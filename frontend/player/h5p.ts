/** Runs an H5P package by h5p-standalone and reports what the content tells in xAPI. */
import { H5P } from "h5p-standalone";
import { fileUrl, keep, stage } from "./lib/keep";

interface Told {
  verb?: { id?: string };
  result?: { score?: { scaled?: number }; success?: boolean; completion?: boolean };
  context?: { contextActivities?: { parent?: unknown } };
}

const box = document.createElement("div");
stage.append(box);
const folder = fileUrl("").replace(/\/$/, "");
await new H5P(box, {
  h5pJsonPath: folder,
  frameJs: "/static/h5p/frame.bundle.js",
  frameCss: "/static/h5p/styles/h5p.css",
  frame: true,
  copyright: true,
  fullScreen: true,
});

const inside = (window as unknown as { H5P: { externalDispatcher: { on(name: string, call: (one: { data: { statement: Told } }) => void): void } } }).H5P;
inside.externalDispatcher.on("xAPI", ({ data: { statement } }) => {
  const verb = statement.verb?.id?.split("/").pop();
  const isWhole = !statement.context?.contextActivities?.parent;
  if (!isWhole || !statement.result || (verb !== "completed" && verb !== "answered")) return;
  void keep({
    finished: true,
    score: statement.result.score?.scaled ?? null,
    passed: statement.result.success ?? null,
  });
});
