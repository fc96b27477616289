/** What every page loads: the look, htmx, our own elements, and the islands that the page names. */
import "@tabler/core/dist/css/tabler.css";
import "./css/tokens.css";
import "./css/base.css";
import "./css/parts/shell.css";
import "./css/parts/buttons.css";
import "./css/parts/forms.css";
import "./css/parts/notices.css";
import "./css/parts/bell.css";
import "./css/parts/tables.css";
import "./css/parts/cards.css";
import "./css/parts/journal.css";
import "./css/parts/diary.css";
import "./css/parts/files.css";
import "./css/parts/chat.css";
import "./css/parts/print.css";
import "@lib/htmx";
import "@lib/session-timer";
import "@lib/draft-form";
import "@lib/look-choice";
import "@lib/bulk-choice";
import "@lib/menus";
import { islands } from "@lib/islands";

islands(import.meta.glob("../myschool/**/islands/*.ts"));
