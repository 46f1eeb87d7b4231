#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Training of text-vae beside the same networks in plain TorchSharp (nn.LSTM over padded batches, nn.Embedding, AdamW), in pairs in one process; and log
// lines a second through score. $ISTHMUS_DATA holds text/snips and loghub.
//
//     dotnet run -c Release bench/lines-speed.cs [pairs] [records] [threads]
using System.Diagnostics;
using System.Globalization;
using Isthmus;
using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Lines;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TensorLibrary.EnsureLoaded();
int Number(int place, int usual) => args.Length > place ? int.Parse(args[place]) : usual;
var (pairs, records, threads) = (Number(0, 5), Number(1, 6400), Number(2, 2));
const int Batch = 64,
    Latent = 32,
    Encoder = 128,
    Decoder = 256,
    Embedding = 128;
var root = Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? ".";
var all = TextLines.From(File.ReadLines(Path.Combine(root, "text", "snips", "train", "seq.in")).Select(line => line.Trim()).Take(records + 128));
var data = new DataSplits(
    all.Select([.. Enumerable.Range(0, records)]),
    all.Select([.. Enumerable.Range(records, 64)]),
    all.Select([.. Enumerable.Range(records + 64, 64)])
);
var schema = (LineSchema)all.Schema;
var tokens = 0L;
var values = new float[schema.Dimension];
for (var record = 0; record < records; record++)
{
    data.Train.CopyValues([record], values);
    tokens += values.Count(token => token > 0);
}
Console.WriteLine($"snips: {records} sentences, {tokens} tokens (at most {schema.Length} in a record, {schema.Tokens.Count} different), {threads} threads");
set_num_threads(threads);
var plain = new Plain(schema.Tokens.Count + 2, Latent, Encoder, Decoder, Embedding);
for (var pair = 0; pair < pairs; pair++)
{
    var theirs = plain.Epoch(data.Train, Batch);
    double Ours(string precision)
    {
        using var model = Autoencoders
            .TextVae(Latent)
            .Fit(
                data,
                new()
                {
                    Epochs = 1,
                    BatchSize = Batch,
                    Threads = threads,
                    Settings = new Dictionary<string, string> { ["precision"] = precision },
                }
            );
        return model.Provenance.TrainingSeconds;
    }
    var (single, half) = (Ours("float32"), Ours("bfloat16"));
    Console.WriteLine(
        $"pair {pair + 1}: plain TorchSharp {tokens / theirs:N0} tokens/s, text-vae {tokens / single:N0} in float32 ({theirs / single:F2} times), "
            + $"{tokens / half:N0} in bfloat16 ({theirs / half:F2} times)"
    );
}
string[] log = [.. Directory.GetFiles(Path.Combine(root, "loghub"), "*_2k.log").Order(StringComparer.Ordinal).SelectMany(File.ReadLines)];
using var small = new ModelOptions("text-vae").Fit(
    TextLines.From(log, options: new() { Masks = "time,address,hex,number" }).Split(),
    new() { Epochs = 1, Threads = threads }
);
(long, string)[] lines = [.. Enumerable.Range(0, 4).SelectMany(_ => log).Select((line, i) => (i + 1L, line))];
for (var round = 0; round < 3; round++)
{
    var scorer = new LineScorer(small);
    var watch = Stopwatch.StartNew();
    var different = 0;
    foreach (var part in lines.Take(log.Length).Chunk(4096))
        different += scorer.Score(part).Select(score => scorer.Form(score.Text)).Distinct().Count();
    var first = watch.Elapsed.TotalSeconds;
    watch.Restart();
    foreach (var part in lines.Skip(log.Length).Chunk(4096))
        scorer.Score(part);
    Console.WriteLine(
        $"score: {log.Length / first:N0} lines/s of {log.Length} lines never met ({different} different), "
            + $"{(lines.Length - log.Length) / watch.Elapsed.TotalSeconds:N0} "
            + "lines/s of lines met before"
    );
}

/// <summary>The same networks as one writes them with TorchSharp's own layers.</summary>
internal sealed class Plain : nn.Module
{
    private readonly TorchSharp.Modules.Embedding _seen,
        _known;
    private readonly TorchSharp.Modules.LSTM _encoder,
        _decoder;
    private readonly TorchSharp.Modules.Linear _head,
        _start,
        _output,
        _bag;
    private readonly int _latent;
    private readonly optim.Optimizer _optimiser;

    public Plain(int tokens, int latent, int encoder, int decoder, int embedding)
        : base("plain")
    {
        _latent = latent;
        (_seen, _known) = (nn.Embedding(tokens, embedding), nn.Embedding(tokens, embedding));
        _encoder = nn.LSTM(embedding, encoder, batchFirst: true, bidirectional: true);
        _decoder = nn.LSTM(embedding + latent, decoder, batchFirst: true);
        (_head, _start, _output, _bag) = (
            nn.Linear(2 * encoder, 2 * latent),
            nn.Linear(latent, 2 * decoder),
            nn.Linear(decoder, tokens),
            nn.Linear(latent, tokens)
        );
        RegisterComponents();
        _optimiser = optim.AdamW(parameters(), 0.002);
    }

    public double Epoch(Dataset data, int batch)
    {
        var watch = Stopwatch.StartNew();
        var order = Enumerable.Range(0, data.Count).ToArray();
        new Random(1).Shuffle(order);
        foreach (var indices in order.Chunk(batch))
        {
            using var scope = NewDisposeScope();
            var values = new float[indices.Length * data.Schema.Dimension];
            data.CopyValues(indices, values);
            var x = tensor(values).view(indices.Length, -1).to(int64);
            // As far as the longest of the batch.
            x = x.narrow(1, 0, x.ne(0).sum(1).max().item<long>());
            var (_, last, _) = _encoder.call(_seen.call(x));
            var head = _head.call(cat([last[0], last[1]], 1)).chunk(2, 1);
            var z = head[0] + (head[1] * 0.5).exp() * randn_like(head[0]);
            var rate = 0.5 * (head[0].square() + head[1].exp() - 1 - head[1]).sum(1);
            var begin = _start.call(z).tanh().chunk(2, 1);
            var before = cat([zeros(x.shape[0], 1, int64), x.narrow(1, 0, x.shape[1] - 1)], 1);
            var input = cat([_known.call(before), z.unsqueeze(1).expand(-1, x.shape[1], _latent)], 2);
            var (outputs, _, _) = _decoder.call(nn.functional.dropout(input, 0.2), (begin[0].unsqueeze(0).contiguous(), begin[1].unsqueeze(0).contiguous()));
            var logits = _output.call(nn.functional.dropout(outputs, 0.2));
            var nats = nn.functional.cross_entropy(logits.view(-1, logits.shape[2]), x.reshape(-1), ignore_index: 0, reduction: nn.Reduction.Sum);
            var counts = zeros(x.shape[0], _bag.weight!.shape[0]).scatter_add(1, x, x.ne(0).to(float32));
            var loss = nats / x.shape[0] + rate.mean() - 0.5 * (counts * _bag.call(z).log_softmax(1)).sum(1).mean();
            _optimiser.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(parameters(), 5);
            _optimiser.step();
        }
        return watch.Elapsed.TotalSeconds;
    }
}
