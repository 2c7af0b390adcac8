import { render } from "preact";
import { App } from "./app.tsx";
import { follow } from "./state/live.ts";
import { followAddress } from "./state/route.ts";
import { followSearch } from "./state/search.ts";
import { followTheme } from "./state/theme.ts";

followTheme();
followAddress();
follow();
followSearch();
render(<App />, document.getElementById("page")!);
