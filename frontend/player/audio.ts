/** Plays a sound. */
import { play } from "./lib/media";

void play("audio");
