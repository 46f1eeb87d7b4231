#:project ../src/Isthmus.MachineLearning/Isthmus.MachineLearning.csproj
#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property PublishAot=false
// Trains an autoencoder as a step of an ML.NET pipeline, saves the pipeline, and predicts one row with what was saved.
using Isthmus.MachineLearning;
using Microsoft.ML;

var random = new Random(1);
var context = new MLContext(seed: 1);
var orders = context.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(_ => Usual()));

var pipeline = context
    .Isthmus()
    .TableVae(
        new()
        {
            Output = IsthmusOutput.Anomalies,
            Training = new() { Epochs = 10 },
        }
    );
using (var trained = pipeline.Fit(orders))
    context.Model.Save(trained, orders.Schema, "orders.zip");

// Anywhere: the file carries the model, and neither training nor its library is needed.
var loaded = new MLContext().Model.Load("orders.zip", out var schema);
using var engine = context.Model.CreatePredictionEngine<Order, Verdict>(loaded, schema);
foreach (
    var order in new[]
    {
        Usual(),
        new Order
        {
            Country = "NO",
            Items = 2,
            Total = 950,
        },
    }
)
{
    var verdict = engine.Predict(order);
    Console.WriteLine(
        $"{order.Items} items for {order.Total:F2} in {order.Country}: {verdict.Score:F1} bits, p = {verdict.PValue:F3}"
            + $"{(verdict.PredictedLabel ? ", unusual" : "")}"
    );
}

Order Usual()
{
    var items = random.Next(1, 6);
    return new()
    {
        Country = random.Next(3) == 0 ? "SE" : "NO",
        Items = items,
        Total = items * random.Next(10, 20),
    };
}

internal sealed class Order
{
    public string Country { get; set; } = "";
    public int Items { get; set; }
    public float Total { get; set; }
}

internal sealed class Verdict
{
    public float Score { get; set; }
    public bool PredictedLabel { get; set; }
    public float PValue { get; set; }
}
