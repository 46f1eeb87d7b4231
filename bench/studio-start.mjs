// Start of the studio: seconds from start to the first answered page, the compressed size of that page with all that it needs, and seconds until 20 runs of
// 1,000 epochs are listed in a browser. The browser is driven by what comes with the tests of the studio, which must be built.
//
//     node bench/studio-start.mjs PROGRAM RUN [STARTS]
//
// PROGRAM is the command line (artifacts/bin/Isthmus.Cli/release/Isthmus.Cli), RUN the folder of a finished run, which is copied 20 times with 1,000 epochs.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, run, starts = "5"] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)("../artifacts/bin/Isthmus.Studio.Tests/release/.playwright/package");
const folder = mkdtempSync(join(tmpdir(), "isthmus-studio-"));
const first = JSON.parse(readFileSync(join(run, "metrics.jsonl"), "utf8").split("\n")[0]);
const epochs = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ ...first, epoch: i + 1 })).join("\n") + "\n";
for (let i = 0; i < 20; i++) {
    cpSync(run, join(folder, "runs", `run-${i}`), { recursive: true });
    writeFileSync(join(folder, "runs", `run-${i}`, "metrics.jsonl"), epochs);
}

const start = () =>
    new Promise((done, failed) => {
        const begin = performance.now();
        const studio = spawn(program, ["studio", folder, "--no-browser"], { stdio: ["ignore", "pipe", "inherit"] });
        studio.on("exit", code => failed(new Error(`the studio ended with ${code}`)));
        studio.stdout.on("data", text => {
            const address = /http:\/\/\S+/.exec(text)?.[0];
            if (address) done({ studio, address, begin });
        });
    });
const stop = studio => new Promise(done => studio.removeAllListeners("exit").on("exit", done).kill("SIGTERM"));
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = milliseconds => +(milliseconds / 1000).toFixed(3);

// The address sets a cookie and leads on; a client without a browser follows by hand.
const page = async address => {
    const opened = await fetch(address, { redirect: "manual" });
    const cookie = opened.headers.getSetCookie().map(value => value.split(";")[0]).join("; ");
    const answer = await fetch(new URL(opened.headers.get("location") ?? "/", address), { headers: { cookie } });
    if (!answer.ok) throw new Error(`the first page answered ${answer.status}`);
    await answer.text();
};

const answered = [];
for (let i = 0; i < +starts; i++) {
    const { studio, address, begin } = await start();
    await page(address);
    answered.push(performance.now() - begin);
    await stop(studio);
}

const listed = [], whole = [];
let bytes = 0;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (let i = 0; i < +starts; i++) {
    // A new studio has read no run yet.
    const { studio, address } = await start();
    const tab = await (await browser.newContext()).newPage();
    const network = await tab.context().newCDPSession(tab);
    await network.send("Network.enable");
    let size = 0;
    network.on("Network.loadingFinished", finished => (size += finished.encodedDataLength));
    const begin = performance.now();
    await tab.goto(address);
    await tab.locator("table.runs tbody tr").nth(19).waitFor();
    whole.push(performance.now() - begin);
    bytes = size;
    // Again on the same studio: by a link of the page, without loading it.
    await tab.locator("nav a[href='new'], nav a[href='/new']").first().click();
    await tab.locator("#files").waitFor({ state: "attached" });
    const back = performance.now();
    await tab.locator("nav a").first().click();
    await tab.locator("table.runs tbody tr").nth(19).waitFor();
    listed.push(performance.now() - back);
    await tab.context().close();
    await stop(studio);
}
await browser.close();
rmSync(folder, { recursive: true });
console.log(
    JSON.stringify({
        starts: +starts,
        first_answer_seconds: seconds(median(answered)),
        first_answer_seconds_each: answered.map(seconds),
        page_and_assets_kilobytes: +(bytes / 1000).toFixed(1),
        twenty_runs_listed_after_opening_seconds: seconds(median(whole)),
        twenty_runs_listed_again_seconds: seconds(median(listed)),
    }),
);
