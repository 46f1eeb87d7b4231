#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
using Isthmus;

var shapes = Images.LoadSplits("shapes");
using var model = Autoencoders.Vae(latent: 10).Fit(shapes, new() { Epochs = 3 });
var report = model.Evaluate(shapes.Test, shapes.Train);
Console.WriteLine($"ELBO {report.Elbo?.Bits} a picture. {report.Verdict}");
model.Save("shapes.isthmus");
