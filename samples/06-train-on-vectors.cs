#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
// Trains on arrays of numbers in memory, and uses the model on one of them.
using Isthmus;

var random = new Random(1);
float[][] rows = [.. Enumerable.Range(0, 600).Select(_ => Measured(20 + 60 * random.NextSingle()))];
var vectors = Vectors.From(rows, ["temperature", "pressure", "speed"]).Split(seed: 1);

using var model = Autoencoders.Vae(latent: 1).Fit(vectors, new() { Epochs = 30 });
var report = model.Evaluate(vectors.Test, vectors.Train);
float[] code = model.Encode(rows[0]);
float[] back = model.Reconstruct(rows[0]);
Console.WriteLine(
    $"{string.Join(", ", rows[0].Select(x => $"{x:F1}"))} is the code {code[0]:F2}, and comes back as {string.Join(", ", back.Select(x => $"{x:F1}"))}."
);
Console.WriteLine($"The code costs {report.Rate?.Bits} a vector. {report.Verdict}");

// One quantity behind three, and noise.
float[] Measured(float temperature) =>
    [temperature + random.NextSingle(), 1000 - 3 * temperature + 5 * random.NextSingle(), 0.1f * temperature + random.NextSingle()];
