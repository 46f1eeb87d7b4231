#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Server/Isthmus.Server.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property PublishAot=false
// Models behind HTTP in an application of your own, with all endpoints of `isthmus serve` under /ml and a page to try them at /ml/docs:
//
//     dotnet run -c Release samples/12-serve-models-on-the-web.cs --urls http://localhost:5080
//     curl -d '[{"age": 31, "plan": "basic", "spent": 950}]' http://localhost:5080/ml/models/customers/score
using Isthmus;
using Isthmus.Server;

// A real application has a model that was trained before, and is replaced when a new one is written over it.
var file = Path.Combine(Path.GetTempPath(), $"customers-{Environment.ProcessId}.isthmus");
var random = new Random(1);
object?[] Customer(int i) => i % 3 == 0 ? [random.Next(30, 70), "premium", random.Next(500, 1000)] : [random.Next(18, 70), "basic", random.Next(10, 80)];
var rows = Rows.From(["age", "plan", "spent"], Enumerable.Range(0, 1000).Select(Customer)).Split(seed: 1);
using (var model = Autoencoders.TableVae().Fit(rows, new() { Epochs = 5 }))
    model.Save(file);

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddIsthmus(options =>
{
    options.Models["customers"] = file;
    options.MaxRows = 1000;
});
var app = builder.Build();
app.MapGet("/", () => "Try the model at /ml/docs.");
app.MapIsthmus("/ml");
app.Lifetime.ApplicationStopped.Register(() => File.Delete(file));
app.Run();
