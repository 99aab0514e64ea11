// Writes src/nameplate/page/icons.json from tools/brands.json and the npm package simple-icons (CC0).
//
//   npm install --no-save simple-icons@16 svgo@4 && node tools/make_icons.mjs
//
// Two decimals are a fiftieth of a pixel at the size the page draws; the rest would only be weight.
// An entry with `stroke` or `fill` is drawn by us: a brand that asked simple-icons to leave it out, or a kind of link.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = import.meta.dirname;
const packages = createRequire(join(process.cwd(), "package.json"));
const load = async (name) => {
  const module = await import(pathToFileURL(packages.resolve(name)));
  return module.default ?? module;
};
const brands = JSON.parse(readFileSync(join(here, "brands.json"), "utf8"));
const icons = Object.values(await load("simple-icons"));
const bySlug = new Map(icons.filter((icon) => icon?.slug).map((icon) => [icon.slug, icon]));
const { optimize } = await load("svgo");

const shrink = (d) =>
  optimize(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${d}"/></svg>`, {
    plugins: [{ name: "convertPathData", params: { floatPrecision: 2, transformPrecision: 4 } }],
    multipass: true,
  }).data.match(/ d="([^"]+)"/)[1];

const out = {};
for (const [id, brand] of Object.entries(brands)) {
  const icon = bySlug.get(brand.slug ?? id);
  if (!brand.stroke && !brand.fill && !icon) throw new Error(`simple-icons has no ${brand.slug ?? id}`);
  out[id] = {
    title: brand.title ?? icon.title,
    path: shrink(brand.stroke ?? brand.fill ?? icon.path),
    stroke: Boolean(brand.stroke),
    hosts: brand.hosts,
  };
}
const lines = Object.entries(out).map(([id, icon]) => `  ${JSON.stringify(id)}: ${JSON.stringify(icon)}`);
writeFileSync(join(here, "../src/nameplate/page/icons.json"), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${lines.length} icons`);
