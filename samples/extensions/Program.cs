using Extensions;
using Isthmus;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;

// One part of each kind that this assembly adds to Isthmus, trained a little, saved, loaded again and evaluated.
var digits = DataSource.Load("shapes", new() { Limit = 600 });
Try("bottleneck", digits, Autoencoders.Vae(latent: 6) with { Bottleneck = new LaplaceOptions { MaxScale = 2 } });
Try("penalty", digits, Autoencoders.Vae(latent: 6) with { Penalty = new DecorrelationOptions { Weight = 3 } });
Try("objective", digits, Autoencoders.Vae(latent: 6) with { Objective = new CyclicalOptions { Period = 2 } });
Try("network", digits, Autoencoders.Vae(latent: 6) with { Network = new ResidualOptions { Width = 32, Blocks = 1 } });

DataFormats.Register(new WavFormat());
var sound = DataSource.Load(Tone.Write("tone.wav"), new());
Try("data format", sound, Autoencoders.Vae(latent: 4));
Try("likelihood", sound, Autoencoders.Vae(latent: 4) with { Likelihood = new CauchyOptions { Scale = 0.1 } });

static void Try(string kind, DataSplits data, ModelOptions options)
{
    using (var trained = options.Fit(data, new() { Epochs = 3, Seed = 1 }))
        trained.Save("extension.isthmus");
    using var model = TrainedModel.Load("extension.isthmus");
    var report = model.Evaluate(data.Test, data.Train, new() { ImportanceSamples = 5 });
    Console.WriteLine($"{kind}: {string.Join(", ", options.Settings.Select(pair => $"{pair.Key} = {pair.Value}"))}: ELBO {report.Elbo?.Bits}");
}
