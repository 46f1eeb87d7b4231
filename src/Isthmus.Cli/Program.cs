using Isthmus.Data;
using Isthmus.Evaluation;
using Isthmus.Training;

// A smoke run until the command line lands: <data> <preset> <threads> [key=value ...]
var data = DataSource.Load(args[0], new());
var set = args[3..].Select(a => a.Split('=')).ToDictionary(a => a[0], a => a[1]);
var clock = System.Diagnostics.Stopwatch.StartNew();
var run = TrainingRun.Train(args[1], data, new() { Settings = set, Threads = int.Parse(args[2]), Folder = new("runs/" + string.Join("_", args).Replace(',', '-')), Report = p => { if (p.Finished is { } f && (f.Epoch % 5 == 0 || f.Epoch == 1)) Console.WriteLine($"{f.Epoch} train {f.TrainLossNats:F2} val {f.ValidationLossNats:F2} = {f.ValidationDistortionNats:F2} + {f.ValidationRateNats:F2} {p.RecordsPerSecond:F0} rec/s {clock.Elapsed.TotalSeconds:F0}s"); } });
run.Model.Save("runs/" + string.Join("_", args).Replace(',', '-') + "/model.isthmus");
clock.Restart();
var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new() { ImportanceSamples = 100 });
foreach (var f in evaluation.Figures)
    Console.WriteLine($"{f.Key} {f.Value:G6} +- {f.StandardError:G3} {f.Unit}");
Console.WriteLine($"{evaluation.Verdict} {clock.Elapsed.TotalSeconds:F1}s");
