#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property PublishAot=false
// A web service that scores rows of JSON, whose columns no type of C# names:
//
//     dotnet run -c Release samples/08-score-a-web-request.cs --urls http://localhost:5080
//     curl -H 'Content-Type: application/json' -d '[{"age": 31, "plan": "basic", "spent": 950}]' http://localhost:5080/score
using System.Text.Json;
using Isthmus;

// A real service loads a model that was trained before: TrainedModel.Load("customers.isthmus").
var random = new Random(1);
object?[] Customer(int i) => i % 3 == 0 ? [random.Next(30, 70), "premium", random.Next(500, 1000)] : [random.Next(18, 70), "basic", random.Next(10, 80)];
var rows = Rows.From(["age", "plan", "spent"], Enumerable.Range(0, 1000).Select(Customer)).Split(seed: 1);
using var model = Autoencoders.TableVae().Fit(rows, new() { Epochs = 10 });

var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/score", (JsonElement body) =>
{
    try
    {
        return Results.Ok(model.Score(body));
    }
    catch (InvalidInputException e)
    {
        return Results.BadRequest(e.Message);
    }
});
app.Run();
