#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Reporting/Isthmus.Reporting.csproj
#:property UseCurrentRuntimeIdentifier=true
using Isthmus;
using Isthmus.Reporting.Experiments;

// From data to a page with every figure and chart. Without a folder nothing is written.
var shapes = Images.LoadSplits("shapes");
var options = new ExperimentOptions
{
    Training = new() { Epochs = 3, Folder = new("shapes-run") },
    ImportanceSamples = 20,
};
using var result = Experiment.Run(shapes, Autoencoders.Vae(latent: 10), options);
Console.WriteLine($"ELBO {result.Evaluation.Elbo?.Bits} a picture after {result.Epochs.Count} epochs; the page is {result.Folder!.Report}");
