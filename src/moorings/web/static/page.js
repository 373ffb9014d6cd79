import { paintAll } from "./charts.js";

export const painted = paintAll();
