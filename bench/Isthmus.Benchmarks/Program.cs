// Isthmus against plain TorchSharp, in one run: docs/benchmarks/performance.md.
//
//     dotnet run -c Release --project bench/Isthmus.Benchmarks -- train --models mlp,conv28 --batch 32,128 --threads 1
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isthmus.Benchmarks;
using Isthmus.Compute;
using Isthmus.Photographs;

var models = new Option<string>("--models") { Description = $"Of {string.Join(", ", Workload.All.Select(w => w.Name))}.", DefaultValueFactory = _ => "mlp" };
var batches = new Option<string>("--batch") { Description = "Records a step.", DefaultValueFactory = _ => "128" };
var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 1 };
var seconds = new Option<double>("--seconds") { Description = "Time for each row, both sides together.", DefaultValueFactory = _ => 4 };
var set = new Option<string>("--set") { Description = "Settings of the Isthmus side, \"key=value key=value\".", DefaultValueFactory = _ => "" };
var memory = new Option<bool>("--memory") { Description = "Peak resident memory besides, each side in a process of its own." };
var json = new Option<bool>("--json") { Description = "One JSON object on standard output." };
var side = new Option<string>("--side") { DefaultValueFactory = _ => "isthmus" };

var written = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
models.Validators.Add(result =>
{
    foreach (var name in result.GetValueOrDefault<string>().Split(',').Where(name => Workload.All.All(workload => workload.Name != name)))
        result.AddError($"Unknown model '{name}'; known are {string.Join(", ", Workload.All.Select(workload => workload.Name))}.");
});
IEnumerable<Workload> Chosen(ParseResult given) => given.GetValue(models)!.Split(',').Select(name => Workload.All.Single(workload => workload.Name == name));
IEnumerable<int> Sizes(ParseResult given) => given.GetValue(batches)!.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture));

var train = new Command("train", "Steps of training, interleaved; ratios of medians.") { models, batches, threads, seconds, set, memory, json };
train.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var rows = new List<TrainingFigures>();
    foreach (var workload in Chosen(given))
        foreach (var batch in Sizes(given))
        {
            var row = TrainingBenchmark.Run(workload, batch, given.GetValue(threads), given.GetValue(seconds), given.GetValue(set)!, given.GetValue(memory));
            rows.Add(row);
            if (!given.GetValue(json))
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{row.Model,-7} batch {row.Batch,4}, {row.Threads} threads: plain {row.PlainMilliseconds,7:F2} ms, Isthmus "
                            + $"{row.IsthmusMilliseconds,7:F2} ms, ratio {row.RatioOfMedians:F2} (fastest steps {row.RatioOfFastest:F2}, processor time "
                            + $"{row.RatioOfProcessorTimes:F2}); {row.PlainRecordsPerSecond:F0} and {row.IsthmusRecordsPerSecond:F0} records/s; "
                            + $"{100 * row.PlainPeakShare:F0} % and {100 * row.IsthmusPeakShare:F0} % of {row.PeakGigaflops:F0} "
                            + $"GFLOP/s{(row.PlainPeakMegabytes is null ? "" : Peak(row.PlainPeakMegabytes, row.IsthmusPeakMegabytes))}"
                    )
                );
        }
    if (given.GetValue(json))
        Console.WriteLine(JsonSerializer.Serialize(new { training = rows }, written));
});
var ranks = new Command("ranks", "Steps of training by the processes of mpirun, or by one.") { models, batches, threads, seconds };
ranks.SetAction(given =>
{
    foreach (var line in RanksBenchmark.Run(Chosen(given), [.. Sizes(given)], given.GetValue(threads), given.GetValue(seconds)))
        if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_RANK") is null or "0" && Environment.GetEnvironmentVariable("PMI_RANK") is null or "0")
            Console.WriteLine(line);
});
var table = new Argument<string?>("table") { Arity = ArgumentArity.ZeroOrOne };
var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 3 };
var blocks = new Command("blocks", "Quality of a model trained on blocks and on records one by one: of a table, or of drawn vectors.") { table, set, seeds };
blocks.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    foreach (var line in BlocksBenchmark.Run(given.GetValue(table), given.GetValue(set)!, given.GetValue(seeds)))
        Console.WriteLine(line);
});
var peak = new Command("memory", "Peak resident memory of one side, MB.") { side, models, batches, threads, set };
peak.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    Console.WriteLine(
        TrainingBenchmark
            .PeakMegabytes(given.GetValue(side)!, Chosen(given).Single(), Sizes(given).Single(), given.GetValue(threads), given.GetValue(set)!)
            .ToString("F1", CultureInfo.InvariantCulture)
    );
});
var target = new Option<double>("--target") { Description = "Test ELBO to reach, nats.", DefaultValueFactory = _ => -100 };
var epochs = new Option<int>("--epochs") { Description = "Limit on epochs of each side.", DefaultValueFactory = _ => 60 };
var quality = new Command("quality", "Time of training until a test ELBO on static MNIST.") { target, epochs, threads, set, json };
quality.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var figures = QualityBenchmark.Run(given.GetValue(target), given.GetValue(threads), given.GetValue(epochs), given.GetValue(set)!);
    static string Words(string name, QualitySide side) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(side.Reached ? "reached" : "not reached")} after {side.Epochs} epochs, {side.Seconds:F1} s ({side.ProcessorSeconds:F1} s of processor "
                + $"time), ELBO {side.TestElboNats[^1]:F2} nats"
        );
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(figures, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Words("plain", figures.Plain)}\n{Words("Isthmus", figures.Isthmus)}\nratio {figures.RatioOfTimes:F2} (processor time "
                    + $"{figures.RatioOfProcessorTimes:F2})"
            )
    );
});
var records = new Option<int>("--records") { Description = "Records evaluated.", DefaultValueFactory = _ => 100 };
var samples = new Option<int>("--samples") { Description = "Importance samples of each.", DefaultValueFactory = _ => 5000 };
var model = new Option<string?>("--model") { Description = "A model file of static MNIST; otherwise a network as it is built, and random pixels." };
var evaluate = new Command("evaluate", "Importance-sampled evaluation against a plain float32 one.") { records, samples, model, threads, json };
evaluate.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var figures = EvaluationBenchmark.Run(given.GetValue(records), given.GetValue(samples), given.GetValue(threads), given.GetValue(model));
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(figures, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{figures.Records} records, {figures.Samples} samples, {figures.Threads} threads: plain {figures.PlainSeconds:F2} s, Isthmus "
                    + $"{figures.IsthmusSeconds:F2} s, ratio {figures.Ratio:F2}; NLL {figures.PlainNats:F3} and {figures.IsthmusNats:F3} ± "
                    + $"{figures.StandardErrorNats:F3} nats"
            )
    );
});
var users = new Option<int>("--users") { Description = "Histories.", DefaultValueFactory = _ => 100_000 };
var items = new Option<int>("--items") { Description = "Items.", DefaultValueFactory = _ => 20_000 };
var interactions = new Option<int>("--interactions") { Description = "Interactions.", DefaultValueFactory = _ => 10_000_000 };
var batch = new Option<int>("--batch") { Description = "Histories a step.", DefaultValueFactory = _ => 500 };
var steps = new Option<int>("--steps") { Description = "Steps of each side; 0: an epoch.", DefaultValueFactory = _ => 0 };
var sideAlone = new Option<string?>("--side") { Description = "Only the peak memory of one side, plain or isthmus, MB." };
var interaction = new Command("interactions", "An epoch of mult-vae on made-up interactions, steps interleaved.")
{
    users,
    items,
    interactions,
    batch,
    steps,
    threads,
    set,
    memory,
    json,
    sideAlone,
};
interaction.SetAction(given =>
{
    const int StepsForMemory = 10;
    TensorLibrary.EnsureLoaded();
    var load = new InteractionLoad(
        given.GetValue(users),
        given.GetValue(items),
        given.GetValue(interactions),
        given.GetValue(batch),
        given.GetValue(threads),
        given.GetValue(set)!
    );
    if (given.GetValue(sideAlone) is { } one)
    {
        Console.WriteLine(InteractionBenchmark.PeakMegabytes(one, load, StepsForMemory).ToString("F1", CultureInfo.InvariantCulture));
        return;
    }
    var figures = InteractionBenchmark.Run(load, given.GetValue(steps), given.GetValue(memory));
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(figures, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{figures.Users} users, {figures.Items} items, {figures.Interactions} interactions, batch {figures.Batch}, {figures.Threads} threads, "
                    + $"{figures.Steps} steps: plain {figures.PlainSeconds:F1} s, Isthmus {figures.IsthmusSeconds:F1} s, ratio {figures.RatioOfTimes:F2} "
                    + $"(medians of steps {figures.RatioOfMedians:F2}); last losses {figures.PlainLossNats:F1} and {figures.IsthmusLossNats:F1} "
                    + $"nats{(figures.PlainPeakMegabytes is null ? "" : Peak(figures.PlainPeakMegabytes, figures.IsthmusPeakMegabytes))}"
            )
    );
});
var perUser = new Option<int>("-k") { Description = "Items for each user.", DefaultValueFactory = _ => 10 };
var preset = new Option<string>("--preset") { Description = "Whose model.", DefaultValueFactory = _ => "mult-vae" };
var recommend = new Command("recommend", "The first items of every user of made-up interactions, to Parquet.")
{
    users,
    items,
    interactions,
    threads,
    perUser,
    preset,
    json,
};
recommend.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var figures = InteractionBenchmark.Recommend(
        new(given.GetValue(users), given.GetValue(items), given.GetValue(interactions), 500, given.GetValue(threads), ""),
        given.GetValue(preset)!,
        given.GetValue(perUser)
    );
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(figures, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{figures.ItemsPerUser} of {figures.Items} items for {figures.Users} users, {figures.Threads} threads: ranked and written in "
                    + $"{figures.Seconds:F2} s, {figures.UsersPerSecond:F0} users/s"
            )
    );
});
var reach = new Option<int>("--reach") { Description = "r of the window.", DefaultValueFactory = _ => 2 };
var hidden = new Option<int>("--hidden") { Description = "Hidden units of the context.", DefaultValueFactory = _ => 24 };
var features = new Option<int>("--features") { Description = "The decoder's numbers for each pixel.", DefaultValueFactory = _ => 4 };
var context = new Command("context", "ln p of the local context and its gradient, 128 binary 28 x 28 pictures: the kernel against tensor operations.")
{
    reach,
    hidden,
    features,
    threads,
    seconds,
    json,
};
context.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var figures = ContextBenchmark.Run(
        128,
        given.GetValue(reach),
        given.GetValue(hidden),
        given.GetValue(features),
        given.GetValue(threads),
        given.GetValue(seconds)
    );
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(figures, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"reach {figures.Reach}, {figures.Hidden} units, {figures.Features} features, {figures.Threads} threads: tensor operations "
                    + $"{figures.TensorMilliseconds:F1} ms, kernel {figures.KernelMilliseconds:F1} ms, ratio {figures.Ratio:F2}; with gradients "
                    + $"{figures.TensorGradientMilliseconds:F1} and {figures.KernelGradientMilliseconds:F1} ms, ratio {figures.GradientRatio:F2}"
            )
    );
});
var photographs = new Option<string>("--photographs") { Description = "Folder of clean photographs.", Required = true };
var denoisers = new Option<string>("--model") { Description = "A model file of denoiser.", Required = true };
var sigmas = new Option<string>("--sigmas") { Description = "Levels of noise, of pixels of 0 to 255.", DefaultValueFactory = _ => "15,25,50" };
var grey = new Option<bool>("--grey") { Description = "Their luma." };
var denoising = new Command("denoise", "PSNR of a denoiser on photographs, noise neither clipped nor rounded.")
{
    denoisers,
    photographs,
    sigmas,
    grey,
    threads,
    json,
};
denoising.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var levels = given.GetValue(sigmas)!.Split(',').Select(level => double.Parse(level, CultureInfo.InvariantCulture));
    foreach (var row in DenoisingBenchmark.Run(given.GetValue(denoisers)!, given.GetValue(photographs)!, levels, given.GetValue(grey), given.GetValue(threads)))
        Console.WriteLine(
            given.GetValue(json)
                ? JsonSerializer.Serialize(row, written)
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"sigma {row.Sigma}: {row.Pictures} pictures, noisy {row.NoisyDecibels:F2} dB, restored {row.RestoredDecibels:F2} ± "
                        + $"{row.StandardErrorDecibels:F2} dB; {row.SecondsAPicture:F2} s a picture ({row.ProcessorSecondsAPicture:F2} s of processor time)"
                )
        );
});
var height = new Option<int>("--height") { Description = "Rows of the picture.", DefaultValueFactory = _ => 512 };
var width = new Option<int>("--width") { Description = "Its columns.", DefaultValueFactory = _ => 768 };
var denoisingSpeed = new Command("denoise-speed", "One picture restored by libtorch and by ONNX Runtime, in turn.")
{
    denoisers,
    height,
    width,
    threads,
    seconds,
    json,
};
denoisingSpeed.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    var row = DenoisingBenchmark.Speed(
        given.GetValue(denoisers)!,
        given.GetValue(height),
        given.GetValue(width),
        given.GetValue(threads),
        given.GetValue(seconds)
    );
    Console.WriteLine(
        given.GetValue(json)
            ? JsonSerializer.Serialize(row, written)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Width} x {row.Height}, {row.Channels} channels, {row.Threads} threads, medians of {row.Runs} runs in turn: libtorch "
                    + $"{row.ModelSeconds:F2} s, ONNX Runtime {row.OnnxSeconds:F2} s, ratio {row.Ratio:F2}"
            )
    );
});
var shippedFile = new Option<string>("-o") { Description = "File to write.", Required = true };
var ship = new Command("ship", "A model as it ships: weights in half precision, no dates; prints its hashes.") { denoisers, shippedFile };
ship.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    Console.WriteLine(ShippedModel.Write(given.GetValue(denoisers)!, given.GetValue(shippedFile)!));
});
var codecs = new Option<string>("--model") { Description = "A model file of image-codec.", Required = true };
var qualities = new Option<string>("--qualities") { Description = "Qualities from 0 to 1.", DefaultValueFactory = _ => "0,0.25,0.5,0.75,1" };
var coding = new Command("codec", "Bits a pixel, PSNR and time of a codec on photographs, and BD-rates against others on Kodak.")
{
    codecs,
    photographs,
    qualities,
    threads,
    json,
};
coding.SetAction(given =>
{
    TensorLibrary.EnsureLoaded();
    List<CodecFigures> rows = [];
    var wanted = given.GetValue(qualities)!.Split(',').Select(quality => double.Parse(quality, CultureInfo.InvariantCulture));
    foreach (var row in CodecBenchmark.Run(given.GetValue(codecs)!, given.GetValue(photographs)!, wanted, given.GetValue(threads)))
    {
        rows.Add(row);
        Console.WriteLine(
            given.GetValue(json)
                ? JsonSerializer.Serialize(row, written)
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"quality {row.Quality}: {row.Pictures} pictures, {row.BitsAPixel:F4} bits a pixel, {row.Decibels:F2} dB; encoded in "
                        + $"{row.EncodeSeconds:F2} s and decoded in {row.DecodeSeconds:F2} s a picture"
                )
        );
    }
    var own = new RateDistortionCurve("image-codec", [.. rows.Select(row => (row.BitsAPixel, row.Decibels)).Order()]);
    foreach (var other in rows.Count > 1 && CodecBenchmark.AreKodak(given.GetValue(photographs)!) ? CodecsOnKodak.All : [])
        Console.WriteLine(
            own.BdRate(other) is { } rate
                ? string.Create(CultureInfo.InvariantCulture, $"BD-rate against {other.Name}: {100 * rate:F1} %")
                : $"BD-rate against {other.Name}: the curves share no PSNR from 0.2 to 1.2 bits a pixel"
        );
});
return new Command("bench", "Measurements behind docs/benchmarks/.")
{
    train,
    ranks,
    blocks,
    peak,
    quality,
    evaluate,
    interaction,
    recommend,
    context,
    denoising,
    denoisingSpeed,
    ship,
    coding,
}
    .Parse(args)
    .Invoke();

static string Peak(double? plain, double? isthmus) => string.Create(CultureInfo.InvariantCulture, $"; peak memory {plain:F0} and {isthmus:F0} MB");
