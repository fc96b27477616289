/** Shows the pages of a plain HTML5 package. */
import { frameOf, stage, told } from "./lib/keep";

stage.append(frameOf(told.launch, document.title));
