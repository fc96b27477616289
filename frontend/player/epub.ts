/** Shows a book (EPUB), where one left it. */
import ePub from "epubjs";
import { fileUrl, keep, stage, told } from "./keep";

const page = document.createElement("div");
page.className = "book";
stage.append(page);
const book = ePub(fileUrl(told.launch));
const shown = book.renderTo(page, { width: "100%", height: "100%", flow: "paginated", spread: "auto" });
void shown.display((told.memory.place as string | undefined) || undefined);
shown.on("relocated", (place: { start: { cfi: string }; atEnd: boolean }) => {
  void keep({ memory: { place: place.start.cfi }, ...(place.atEnd ? { finished: true } : {}) });
});

const turn = (by: -1 | 1): void => void (by < 0 ? shown.prev() : shown.next());
document.getElementById("back")!.addEventListener("click", () => turn(-1));
document.getElementById("on")!.addEventListener("click", () => turn(1));
const keys = (event: KeyboardEvent): void => {
  if (event.key === "ArrowLeft") turn(-1);
  if (event.key === "ArrowRight") turn(1);
};
document.addEventListener("keydown", keys);
shown.on("keydown", keys);
