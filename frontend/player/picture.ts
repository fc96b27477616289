/** Shows a picture. */
import { fileUrl, keep, stage, told } from "./lib/keep";

const picture = document.createElement("img");
picture.src = fileUrl(told.launch);
picture.alt = document.title;
stage.append(picture);
void keep({ finished: true });
