using System.Globalization;
using Isthmus.MachineLearning;
using Microsoft.ML;

namespace Isthmus.Tests.MachineLearning;

/// <summary>A saved pipeline in a program of its own, which has the package and no tensor library.</summary>
public sealed class OtherProcessTests(Customers customers) : IClassFixture<Customers>
{
    private static readonly string Program = $$"""
        #:project {{Path.Combine(Repository.Root, "src/Isthmus.MachineLearning/Isthmus.MachineLearning.csproj")}}
        #:property UseCurrentRuntimeIdentifier=true
        #:property PublishAot=false
        using System.Diagnostics;
        using Microsoft.ML;
        using Microsoft.ML.Data;

        var context = new MLContext();
        var model = context.Model.Load("pipeline.zip", out var schema);
        using var engine = context.Model.CreatePredictionEngine<Customer, Scored>(model, schema);
        var scored = engine.Predict(new Customer());
        Console.WriteLine($"{scored.Score:R} {scored.PredictedLabel} {string.Join(' ', scored.Codes.Select(code => $"{code:R}"))}");
        Console.WriteLine(Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Count(module => module.ModuleName.Contains("torch_cpu")));

        class Customer
        {
            public float Age { get; set; } = 30;
            public double Spent { get; set; } = 3000;
            public string Plan { get; set; } = "Basic";
            public bool IsActive { get; set; } = true;
            public int Visits { get; set; } = 3;
            public DateTime Since { get; set; } = new(2024, 2, 29, 12, 0, 0);
            [VectorType(2)]
            public float[] Ratings { get; set; } = [0.5f, 1];
            public bool Label { get; set; }
        }

        class Scored
        {
            public float Score { get; set; }
            public bool PredictedLabel { get; set; }
            public float[] Codes { get; set; } = [];
        }
        """;

    [Fact]
    public async Task A_saved_pipeline_gives_there_what_the_model_gives_here()
    {
        using var folder = new TemporaryFolder();
        var catalog = customers.Context.Transforms;
        var model = customers.Trained.Model;
        using var pipeline = catalog.IsthmusEncode("Codes", model).Append(catalog.IsthmusAnomaly(model)).Fit(customers.View);
        customers.Context.Model.Save(pipeline, customers.View.Schema, Path.Combine(folder.Path, "pipeline.zip"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "program.cs"), Program, TestContext.Current.CancellationToken);
        var lines = (await DotnetCommand.Run(folder.Path, "run", "-c", "Release", "program.cs")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var cells = lines[0].Split(' ');
        var customer = new Customer
        {
            Age = 30,
            Spent = 3000,
            Plan = "Basic",
            IsActive = true,
            Visits = 3,
            Since = new(2024, 2, 29, 12, 0, 0),
            Ratings = [0.5f, 1],
        };
        var rows = customers.Context.Data.LoadFromEnumerable([customer]).ToRows(new() { Label = nameof(Customer.Label) });
        var expected = model.Score(rows)[0];
        Assert.Equal(expected.Bits, float.Parse(cells[0], CultureInfo.InvariantCulture), 1e-4);
        Assert.Equal(expected.IsUnusual.ToString(), cells[1]);
        Assert.All(model.Encode(rows)[0].Zip(cells[2..]), code => Assert.Equal(code.First, float.Parse(code.Second, CultureInfo.InvariantCulture), 1e-4));
        Assert.Equal("0", lines[1]);
    }
}
