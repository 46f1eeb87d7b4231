#:project ../src/Isthmus/Isthmus.csproj
#:property UseCurrentRuntimeIdentifier=true
using Isthmus.Data.Formats;
using Isthmus.Evaluation;
using Isthmus.Training;

var data = DataSource.Load("shapes", new());
var run = TrainingRun.Train("vae", data, new() { Settings = new Dictionary<string, string> { ["epochs"] = "3", ["latent"] = "10" } });
var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new() { ImportanceSamples = 20 });
Console.WriteLine($"ELBO {evaluation.Elbo?.Bits} a picture. {evaluation.Verdict}");
run.Model.Save("shapes.isthmus");
