// Points of the Open Inference Protocol, version 2, checked against any server of it by Node's own HTTP client, and with the two packages below by a gRPC client
// that is not .NET's; the answers of both must be equal. Inputs are made from the model's own metadata.
//
//     npm install --no-save @grpc/grpc-js @grpc/proto-loader        in a folder of its own, from which it is run
//     node bench/serve-conformance.mjs http://127.0.0.1:8080 MODEL [127.0.0.1:8081 open_inference_grpc.proto]
//
// The .proto file is that of the specification, or src/Isthmus.Server/OpenInference/open_inference_grpc.proto.
import { createRequire } from "node:module";

const [url, model, grpcAddress, proto] = process.argv.slice(2);
let points = 0;
const failures = [];
const check = (what, isTrue, seen) => {
    points++;
    if (!isTrue) failures.push(`${what}${seen === undefined ? "" : `: ${JSON.stringify(seen)}`}`);
};
const ask = async (path, body, headers = {}) => {
    const response = await fetch(url + path, body === undefined ? {} : { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });
    const bytes = Buffer.from(await response.arrayBuffer());
    let json;
    try {
        json = JSON.parse(bytes.subarray(0, Number(response.headers.get("Inference-Header-Content-Length") ?? bytes.length)));
    } catch {
        json = undefined;
    }
    return { status: response.status, json, bytes, headers: response.headers };
};
const isError = (answer, ...statuses) => statuses.includes(answer.status) && typeof answer.json?.error === "string" && answer.json.error.length > 0;

// Server and model.
for (const path of ["live", "ready"]) {
    const answer = await ask(`/v2/health/${path}`);
    check(`GET v2/health/${path}`, answer.status === 200 && answer.json.live === true, answer.json);
}
const about = await ask("/v2");
check("GET v2", about.status === 200 && typeof about.json.name === "string" && typeof about.json.version === "string" && Array.isArray(about.json.extensions), about.json);
const described = (await ask(`/v2/models/${model}`)).json;
check("model metadata", described.name === model && typeof described.platform === "string" && Array.isArray(described.versions), described);
const types = ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES"];
for (const tensor of [...described.inputs, ...described.outputs])
    check(
        `metadata of tensor ${tensor.name}`,
        typeof tensor.name === "string" && types.includes(tensor.datatype) && tensor.shape.every((length) => Number.isInteger(length) && length >= -1),
        tensor,
    );
const version = described.versions[0];
const ready = await ask(`/v2/models/${model}/ready`);
check("model ready", ready.status === 200 && ready.json.name === model && ready.json.ready === true, ready.json);
check("model ready with its version", (await ask(`/v2/models/${model}/versions/${version}/ready`)).status === 200);
check("metadata of a version", (await ask(`/v2/models/${model}/versions/${version}`)).json.name === model);

// Inference.
const records = 3;
const value = (type, at) =>
    type === "BOOL" ? at % 2 === 0 : type === "BYTES" ? `value ${at}` : type.startsWith("FP") ? 0.5 * at : at;
const inputs = described.inputs.map((tensor) => {
    const shape = tensor.shape.map((length) => (length < 0 ? records : length));
    const count = shape.reduce((all, length) => all * length, 1);
    return { name: tensor.name, datatype: tensor.datatype, shape, data: Array.from({ length: count }, (_, at) => value(tensor.datatype, at)) };
});
const infer = (body, version) => ask(`/v2/models/${model}${version ? `/versions/${version}` : ""}/infer`, JSON.stringify(body));
const whole = await infer({ id: "the id, ü", parameters: { anything: 1 }, inputs });
check("infer", whole.status === 200, whole.json);
check("the id is echoed", whole.json.id === "the id, ü", whole.json.id);
check("model_name and model_version", whole.json.model_name === model && whole.json.model_version === version, whole.json);
check("without outputs asked for, all", whole.json.outputs.map((output) => output.name).join() === described.outputs.map((output) => output.name).join());
for (const output of whole.json.outputs) {
    const known = described.outputs.find((tensor) => tensor.name === output.name);
    check(`datatype of ${output.name}`, output.datatype === known.datatype, output.datatype);
    check(
        `shape of ${output.name}`,
        output.shape.length === known.shape.length && output.shape.every((length, at) => known.shape[at] === (known.shape[at] < 0 ? -1 : length)),
        output.shape,
    );
    check(`elements of ${output.name}`, output.data.length === output.shape.reduce((all, length) => all * length, 1), output.data.length);
}
check("no id where none was given", !("id" in (await infer({ inputs })).json));
check("of a version", (await infer({ inputs }, version)).status === 200);
check("inputs in any order", JSON.stringify((await infer({ inputs: [...inputs].reverse() })).json.outputs) === JSON.stringify(whole.json.outputs));
const nested = inputs.map((input) => ({ ...input, data: input.shape.length === 2 ? Array.from({ length: input.shape[0] }, (_, row) => input.data.slice(row * input.shape[1], (row + 1) * input.shape[1])) : input.data }));
check("nested data", JSON.stringify((await infer({ inputs: nested })).json.outputs) === JSON.stringify(whole.json.outputs));
const last = described.outputs.at(-1).name;
const some = await infer({ inputs, outputs: [{ name: last }] });
check("one output", some.json.outputs.length === 1 && some.json.outputs[0].name === last, some.json.outputs?.map((output) => output.name));

// Binary tensors.
const binaryOf = (input) => {
    if (input.datatype === "BYTES")
        return Buffer.concat(
            input.data.flatMap((text) => {
                const [length, bytes] = [Buffer.alloc(4), Buffer.from(text)];
                length.writeUInt32LE(bytes.length);
                return [length, bytes];
            }),
        );
    const made = { FP64: (data) => new Float64Array(data), FP32: (data) => new Float32Array(data), INT64: (data) => new BigInt64Array(data.map(BigInt)), BOOL: (data) => new Uint8Array(data.map(Number)) };
    const array = made[input.datatype](input.data);
    return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
};
if (about.json.extensions.includes("binary_tensor_data")) {
    const tensors = inputs.map(binaryOf);
    const head = Buffer.from(
        JSON.stringify({
            inputs: inputs.map(({ name, datatype, shape }, at) => ({ name, datatype, shape, parameters: { binary_data_size: tensors[at].length } })),
            parameters: { binary_data_output: true },
        }),
    );
    const answer = await ask(`/v2/models/${model}/infer`, Buffer.concat([head, ...tensors]), {
        "Content-Type": "application/octet-stream",
        "Inference-Header-Content-Length": `${head.length}`,
    });
    check("infer by binary tensors", answer.status === 200, answer.json);
    let at = Number(answer.headers.get("Inference-Header-Content-Length"));
    for (const [place, output] of answer.json.outputs.entries()) {
        const size = output.parameters.binary_data_size;
        const expected = binaryOf({ ...whole.json.outputs[place], data: whole.json.outputs[place].data.map((one) => one ?? (output.datatype === "BYTES" ? "" : NaN)) });
        check(`binary ${output.name}`, answer.bytes.subarray(at, at + size).equals(expected), size);
        at += size;
    }
    check("nothing behind the last tensor", at === answer.bytes.length, answer.bytes.length - at);
}

// Failures: all of them {"error": ...}.
const first = inputs[0];
for (const [what, answer] of [
    ["an unknown model", await ask(`/v2/models/nobody-${model}`)],
    ["an unknown model's inference", await ask(`/v2/models/nobody-${model}/infer`, JSON.stringify({ inputs }))],
    ["an unknown version", await ask(`/v2/models/${model}/versions/none`)],
    ["malformed JSON", await ask(`/v2/models/${model}/infer`, '{"inputs": [')],
    ["an empty body", await ask(`/v2/models/${model}/infer`, "")],
    ["no inputs", await infer({})],
    ["a missing input", await infer({ inputs: inputs.slice(1) })],
    ["an unknown input", await infer({ inputs: [...inputs, { ...first, name: "unknown" }] })],
    ["an input twice", await infer({ inputs: [...inputs, first] })],
    ["names are case-sensitive", await infer({ inputs: [{ ...first, name: first.name === first.name.toUpperCase() ? first.name.toLowerCase() : first.name.toUpperCase() }, ...inputs.slice(1)] })],
    ["an unknown datatype", await infer({ inputs: [{ ...first, datatype: "FP8" }, ...inputs.slice(1)] })],
    ["a wrong shape", await infer({ inputs: [{ ...first, shape: [...first.shape, 2] }, ...inputs.slice(1)] })],
    ["too few elements", await infer({ inputs: [{ ...first, data: first.data.slice(1) }, ...inputs.slice(1)] })],
    ["a shape that lies", await infer({ inputs: [{ ...first, shape: [4e18, 4] }, ...inputs.slice(1)] })],
    ["an unknown output", await infer({ inputs, outputs: [{ name: "unknown" }] })],
])
    check(what, isError(answer, 400, 404, 413), [answer.status, answer.json]);

// The same over gRPC.
if (grpcAddress) {
    const require = createRequire(`${process.cwd()}/`);
    const [grpc, loader] = [require("@grpc/grpc-js"), require("@grpc/proto-loader")];
    const service = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, longs: Number, defaults: true })).inference.GRPCInferenceService;
    const client = new service(grpcAddress, grpc.credentials.createInsecure());
    const call = (method, message) => new Promise((resolve) => client[method](message, (error, answer) => resolve({ error, answer })));
    check("ServerLive", (await call("ServerLive", {})).answer?.live === true);
    check("ServerReady", (await call("ServerReady", {})).answer?.ready === true);
    check("ServerMetadata", (await call("ServerMetadata", {})).answer?.name === about.json.name);
    check("ModelReady", (await call("ModelReady", { name: model })).answer?.ready === true);
    const metadata = (await call("ModelMetadata", { name: model, version })).answer;
    check("ModelMetadata", JSON.stringify(metadata?.inputs) === JSON.stringify(described.inputs.map(({ name, datatype, shape }) => ({ shape, name, datatype }))), metadata?.inputs);
    const field = { BOOL: "bool_contents", INT64: "int64_contents", FP32: "fp32_contents", FP64: "fp64_contents", BYTES: "bytes_contents" };
    const texts = (input) => (input.datatype === "BYTES" ? input.data.map((text) => Buffer.from(text)) : input.data);
    const typed = await call("ModelInfer", {
        model_name: model,
        id: "7",
        inputs: inputs.map((input) => ({ name: input.name, datatype: input.datatype, shape: input.shape, contents: { [field[input.datatype]]: texts(input) } })),
    });
    check("ModelInfer", !typed.error && typed.answer.id === "7" && typed.answer.model_name === model, typed.error?.message);
    const raw = await call("ModelInfer", {
        model_name: model,
        inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
        raw_input_contents: inputs.map(binaryOf),
    });
    check("ModelInfer with raw contents", !raw.error, raw.error?.message);
    for (const [place, output] of whole.json.outputs.entries()) {
        const plain = output.data.map((one) => one ?? (output.datatype === "BYTES" ? "" : NaN));
        const own = typed.answer?.outputs[place].contents[field[output.datatype]].map((one) => (output.datatype === "BYTES" ? one.toString() : one));
        const as = (data) => binaryOf({ datatype: output.datatype, data });
        check(`gRPC gives what HTTP gives: ${output.name}`, own && as(own).equals(as(plain)), own?.slice(0, 3));
        check(`and so do its raw contents: ${output.name}`, raw.answer?.raw_output_contents[place].equals(as(plain)));
    }
    check("an unknown model is NOT_FOUND", (await call("ModelInfer", { model_name: `nobody-${model}`, inputs: [] })).error?.code === grpc.status.NOT_FOUND);
    check("a missing input is INVALID_ARGUMENT", (await call("ModelInfer", { model_name: model, inputs: [] })).error?.code === grpc.status.INVALID_ARGUMENT);
    client.close();
}
for (const failure of failures) console.log(`FAILS ${failure}`);
console.log(`${points - failures.length} of ${points} points`);
process.exit(failures.length > 0 ? 1 : 0);
