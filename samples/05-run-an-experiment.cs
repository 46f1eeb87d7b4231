#:project ../src/Isthmus.Reporting/Isthmus.Reporting.csproj
#:property UseCurrentRuntimeIdentifier=true
using Isthmus.Reporting.Experiments;

// No model is named: the one for such data is taken. No folder is named either: nothing would be written but for the next line.
var training = new Isthmus.Training.TrainingOptions
{
    Folder = new("shapes-run"),
    Settings = new Dictionary<string, string> { ["epochs"] = "3", ["latent"] = "10" },
};
var notes = new Progress<ExperimentProgress>(at => Console.Write(string.Concat((at.Training?.Notes ?? []).Select(note => $"{note}\n"))));
using var result = Experiment.Run("shapes", options: new() { Training = training, ImportanceSamples = 20 }, progress: notes);
Console.WriteLine($"ELBO {result.Evaluation.Elbo?.Bits} a picture after {result.Epochs.Count} epochs; the page is {result.Folder!.Report}");
