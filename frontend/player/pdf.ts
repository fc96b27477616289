/** Shows a PDF page under page, each drawn when it comes into view, with its text for search and screen readers. */
import * as pdf from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { fileUrl, keep, stage, told } from "./lib/keep";

pdf.GlobalWorkerOptions.workerSrc = worker;
const loaded = await pdf.getDocument({ url: fileUrl(told.launch) }).promise;
const pages = document.createElement("div");
pages.className = "sheets";
pages.tabIndex = 0;
stage.append(pages);

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const sheet = entry.target as HTMLElement;
      void draw(sheet);
      if (Number(sheet.dataset.number) === loaded.numPages) void keep({ finished: true });
    }
  },
  { root: pages, rootMargin: "50%" },
);

const first = await loaded.getPage(1);
const { width, height } = first.getViewport({ scale: 1 });
for (let number = 1; number <= loaded.numPages; number += 1) {
  const sheet = document.createElement("section");
  sheet.dataset.number = String(number);
  sheet.setAttribute("aria-label", `Страница ${number} из ${loaded.numPages}`);
  sheet.style.aspectRatio = `${width} / ${height}`;
  pages.append(sheet);
  seen.observe(sheet);
}

async function draw(sheet: HTMLElement): Promise<void> {
  if (sheet.firstChild) return;
  const canvas = document.createElement("canvas");
  sheet.append(canvas);
  const page = await loaded.getPage(Number(sheet.dataset.number));
  const scale = (sheet.clientWidth / page.getViewport({ scale: 1 }).width) * Math.min(2, devicePixelRatio || 1);
  const viewport = page.getViewport({ scale });
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  sheet.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
  await page.render({ canvas, viewport }).promise;
  const words = document.createElement("p");
  words.className = "words";
  const content = await page.getTextContent();
  words.textContent = content.items.map((item) => ("str" in item ? item.str : "")).join(" ");
  sheet.append(words);
}
