/** Shows a page of a plain HTML5 package, or a picture. */
import { fileUrl, frameOf, keep, stage, told } from "./keep";

if (stage.dataset.format === "picture") {
  const picture = document.createElement("img");
  picture.src = fileUrl(told.launch);
  picture.alt = document.title;
  stage.append(picture);
  void keep({ finished: true });
} else {
  stage.append(frameOf(told.launch, document.title));
}
