// Writes src/nameplate/github/colours.json from the npm package linguist-languages (MIT), which holds GitHub's own list.
//
//   npm install --no-save linguist-languages@9 && node tools/make_colours.mjs
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.cwd(), "package.json"));
const languages = await import(pathToFileURL(packages.resolve("linguist-languages")));
const colours = Object.values(languages)
  .filter((language) => language?.name && /^#[0-9a-fA-F]{6}$/.test(language.color ?? ""))
  .map((language) => [language.name, language.color.toLowerCase()])
  .sort(([a], [b]) => (a < b ? -1 : 1));
const file = join(import.meta.dirname, "..", "src", "nameplate", "github", "colours.json");
writeFileSync(file, JSON.stringify(Object.fromEntries(colours), null, 0).replaceAll('","', '",\n"') + "\n");
