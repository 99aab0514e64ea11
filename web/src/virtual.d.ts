// Made by vite.config.ts from the icons of the public page.
declare module 'virtual:icons' {
  const shapes: Record<string, { title: string; path: string; stroke: boolean }>;
  export default shapes;
}
