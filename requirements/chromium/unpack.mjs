// Unpacks Chromium into TMPDIR, with the libraries that a bare machine lacks.
process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
