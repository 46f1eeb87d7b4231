// Speed of the studio in use: frames a second and memory of a map of 100,000 points, milliseconds from a slider to the decoded picture, and what watching
// costs a training. The browser is driven by what comes with the tests of the studio, which must be built; it draws by software (SwiftShader).
//
//     node bench/studio-speed.mjs PROGRAM FOLDER [map] [slider] [watch]
//
// PROGRAM is the command line (artifacts/bin/Isthmus.Cli/release/Isthmus.Cli), FOLDER is made and its runs are trained where they are not there yet (some
// two minutes); without further words all three are measured. TURNS=4 trains four times for "watch", not twelve.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [programGiven, folderGiven, ...wanted] = process.argv.slice(2);
const [program, folder] = [resolve(programGiven), resolve(folderGiven)];
const { chromium } = createRequire(import.meta.url)("../artifacts/bin/Isthmus.Studio.Tests/release/.playwright/package");
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value, digits) => +value.toFixed(digits);
const is = name => wanted.length === 0 || wanted.includes(name);
const train = (name, words) => {
    const done = spawnSync(program, [...words, "--name", name, "--json"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
    if (done.status !== 0) throw new Error(done.stderr);
    return JSON.parse(done.stdout.trim().split("\n").at(-1));
};

mkdirSync(join(folder, "data"), { recursive: true });
const points = join(folder, "data", "points.csv");
if (is("map") && !existsSync(points)) {
    // Five clouds in six columns; four of five rows are the training part.
    let state = 1;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const rows = ["a,b,c,d,e,f,cloud"];
    for (let i = 0; i < 125_000; i++) {
        const cloud = i % 5;
        rows.push(Array.from({ length: 6 }, (_, k) => (3 * Math.sin(cloud * (k + 1)) + normal()).toFixed(3)).join(",") + `,c${cloud}`);
    }
    writeFileSync(points, rows.join("\n") + "\n");
}
if (is("map") && !existsSync(join(folder, "runs", "points", "report.html")))
    train("points", ["train", "data/points.csv", "--model", "table-vae", "--latent", "4", "--epochs", "1", "--importance-samples", "0"]);
if (is("slider") && !existsSync(join(folder, "runs", "shapes", "report.html")))
    train("shapes", ["train", "shapes", "--limit", "2500", "--model", "vae", "--epochs", "4", "--latent", "8", "--importance-samples", "0"]);

const studio = spawn(program, ["studio", folder, "--no-browser"], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((done, failed) => {
    studio.on("exit", code => failed(new Error(`the studio ended with ${code}`)));
    studio.stdout.on("data", text => /http:\/\/\S+/.test(text) && done(/http:\/\/\S+/.exec(text)[0]));
});
// Resident memory of a process, megabytes, and processor seconds that it has used.
const memory = () => +/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${studio.pid}/status`, "utf8"))[1] / 1000;
const processor = () => readFileSync(`/proc/${studio.pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).reduce((sum, ticks) => sum + +ticks / 100, 0);
const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-precise-memory-info"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
context.setDefaultTimeout(300_000);
const tab = await context.newPage();
await tab.goto(address);
const open = path => tab.goto(new URL(`/${path}`, address).href);
const figures = {};

if (is("map")) {
    const before = memory();
    await open("space?run=runs%2Fpoints&part=train&colour=cloud");
    await tab.locator(".legend").first().waitFor();
    await tab.waitForFunction(() => [...document.querySelectorAll("*")].some(one => one.isthmusMap?.count?.() > 0));
    const drawn = await tab.evaluate(async () => {
        const { isthmusMap } = [...document.querySelectorAll("*")].find(one => one.isthmusMap);
        const runs = [];
        for (let i = 0; i < 5; i++) runs.push(await isthmusMap.frames(2));
        return { points: isthmusMap.count(), rates: runs.map(run => run.rate), shown: runs.map(run => run.points), heap: performance.memory.usedJSHeapSize / 1e6 };
    });
    figures.map = {
        points: drawn.points,
        frames_per_second: round(median(drawn.rates), 1),
        frames_per_second_best: round(Math.max(...drawn.rates), 1),
        points_a_frame: drawn.shown,
        page_heap_megabytes: round(drawn.heap, 1),
        studio_megabytes: round(memory(), 0),
        studio_megabytes_before: round(before, 0),
    };
}

if (is("slider")) {
    await open("desk?run=runs%2Fshapes");
    await tab.locator(".desk-record img.record-picture").first().waitFor();
    const waits = await tab.evaluate(async () => {
        const slider = document.querySelector(".unit-row input"), waits = [];
        for (let i = 0; i < 120; i++) {
            const image = document.querySelector(".desk-record img.record-picture"), before = image.src;
            slider.value = +slider.min + (slider.max - slider.min) * ((i * 37) % 100) / 100;
            const begin = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(done => {
                const look = new MutationObserver(() => image.src !== before && (look.disconnect(), done()));
                look.observe(image, { attributes: true });
            });
            await image.decode();
            waits.push(performance.now() - begin);
        }
        return waits.slice(20);
    });
    figures.slider = {
        pictures: waits.length,
        milliseconds_median: round(median(waits), 1),
        milliseconds_95_percent: round(waits.toSorted((a, b) => a - b)[Math.floor(0.95 * waits.length)], 1),
        milliseconds_best: round(Math.min(...waits), 1),
    };
}

if (is("watch")) {
    // Alone and watched, in turns, the same seed: the same weights.
    const words = ["train", "shapes", "--limit", "4000", "--model", "vae", "--epochs", "12", "--threads", "1", "--importance-samples", "0"];
    const [alone, watched] = [[], []];
    let used = 0, seconds = 0;
    for (let i = 0; i < +(process.env.TURNS ?? 12); i++) {
        const name = `watch-${i}`, isWatched = i % 2 === (Math.floor(i / 2) % 2);
        await (isWatched ? open(`live?run=runs%2F${name}`) : tab.goto("about:blank"));
        const [cpu, begin] = [processor(), performance.now()];
        const child = spawn(program, [...words, "--name", name, "--json"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
        let said = "";
        child.stdout.on("data", text => (said += text));
        if (isWatched) {
            // A run that has no folder yet is said to be none.
            while (!existsSync(join(folder, "runs", name, "metrics.jsonl")) && child.exitCode === null) await new Promise(next => setTimeout(next, 100));
            await open(`live?run=runs%2F${name}`);
        }
        await new Promise(done => child.on("close", done));
        const result = JSON.parse(said.trim().split("\n").at(-1));
        (isWatched ? watched : alone).push(result.training_seconds);
        if (isWatched) [used, seconds] = [used + processor() - cpu, seconds + (performance.now() - begin) / 1000];
        rmSync(join(folder, "runs", name), { recursive: true, force: true });
    }
    figures.watch = {
        alone_seconds: alone.map(value => round(value, 2)),
        watched_seconds: watched.map(value => round(value, 2)),
        ratio_of_medians: round(median(watched) / median(alone), 3),
        ratio_of_best: round(Math.min(...watched) / Math.min(...alone), 3),
        studio_share_of_a_core: round(used / seconds, 3),
    };
}
await browser.close();
studio.removeAllListeners("exit").kill("SIGTERM");
console.log(JSON.stringify(figures));
