using Isthmus.MachineLearning;
using Isthmus.Models;
using Isthmus.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.Tests.MachineLearning;

/// <summary>Views, files and models that do not fit are refused in one line that names the column.</summary>
public sealed class BadViewTests(Customers customers) : IClassFixture<Customers>
{
    private readonly TransformsCatalog _catalog = customers.Context.Transforms;

    private TrainedModel Model => customers.Trained.Model;

    [Fact]
    public void A_column_that_is_missing_is_named_with_the_nearest()
    {
        var view = _catalog.CopyColumns("Spend", "Spent").Append(_catalog.DropColumns("Spent")).Fit(customers.View).Transform(customers.View);
        Says("column 'Spent'", "did you mean 'Spend'?", () => _catalog.IsthmusEncode("Codes", Model).Fit(view));
        Says("column 'Features'", "it has", () => customers.Context.Isthmus().Vectors(Autoencoders.Vae()).Fit(customers.View));
        Says("has no column 'Nothing'", "", () => customers.View.ToRows(new() { Columns = ["Nothing"] }));
    }

    [Fact]
    public void A_column_of_another_type_is_named_with_its_type()
    {
        var text = _catalog.Conversion.ConvertType("Age", outputKind: DataKind.String).Fit(customers.View).Transform(customers.View);
        Says("column 'Age'", "has texts, and the model takes numbers", () => _catalog.IsthmusAnomaly(Model).Fit(text));
        var dates = _catalog.CopyColumns("Plan", "Since").Fit(customers.View).Transform(customers.View);
        Says("column 'Plan'", "has dates, and the model takes texts", () => _catalog.IsthmusAnomaly(Model).Fit(dates));
        var varying = _catalog.Text.TokenizeIntoWords("Words", "Plan").Fit(customers.View).Transform(customers.View);
        Says("column 'Words'", "is of type", () => varying.ToRows(new() { Columns = ["Words"] }));
        Assert.Contains(varying.ToRows().Notes, note => note.ToString().StartsWith("left out: Words is of type", StringComparison.Ordinal));
        Says("column 'Ratings'", "'Ratings.0'", () => customers.View.ToRows(new() { Columns = ["Ratings"] }));
        Says("column 'Plan'", "is of type String", () => customers.View.ToVectors("Plan"));
    }

    [Fact]
    public void A_vector_of_another_length_is_refused()
    {
        using var model = TrainedModel.Load(GoldenFile.PathOf("models/vae.isthmus"));
        var length = model.Specification.Schema.Dimension;
        Says("column 'Ratings'", $"has 2 numbers, and the model takes {length}", () => _catalog.IsthmusEncode("Codes", "Ratings", model).Fit(customers.View));
        Says("column 'Plan'", $"takes a vector of {length} numbers", () => _catalog.IsthmusEncode("Codes", "Plan", model).Fit(customers.View));
    }

    [Fact]
    public void A_model_of_other_records_is_refused()
    {
        using var model = TrainedModel.Load(GoldenFile.PathOf("models/vae.isthmus"));
        Says("The model is of", "name the column of vectors", () => _catalog.IsthmusEncode("Codes", model));
        Says("The model is of", "leave the column out", () => _catalog.IsthmusEncode("Codes", "Features", Model));
        Says("The model is of", "take a model of rows", () => _catalog.IsthmusImpute(model));
        Says("", "", () => _catalog.IsthmusAnomaly(model));
        using var series = TrainedModel.Load(GoldenFile.PathOf("models/table-vae-series.isthmus"));
        Says("windows of a series", "a row at a time", () => _catalog.IsthmusEncode("Codes", series));
        Says("A pipeline", "no windows of a series by 'Since'", () => customers.Context.Isthmus().TableVae(new() { Rows = new() { Time = "Since" } }));
        Says("A model of vectors", "gives codes", () =>
            customers.Context.Isthmus().Vectors(Autoencoders.Vae(), options: new() { Output = IsthmusOutput.Anomalies })
        );
    }

    [Fact]
    public void A_file_that_is_damaged_another_part_or_missing_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "part.onnx");
        Says(path, "", () => _catalog.IsthmusEncode("Codes", path));
        using (var file = File.Create(path))
            Model.ExportOnnx(file);
        Says(path, "holds the part 'encoder' of a model, and this takes 'score'", () => _catalog.IsthmusAnomaly(path));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Says(path, "", () => _catalog.IsthmusEncode("Codes", path));
        File.WriteAllBytes(path, [1, 2, 3]);
        Says(path, "", () => _catalog.IsthmusEncode("Codes", path));
    }

    [Fact]
    public void Vectors_with_a_missing_number_and_views_without_rows_are_refused()
    {
        var view = _catalog.Concatenate("Features", "Age").Fit(customers.View).Transform(customers.View);
        Says("column Age", "not a finite number", () => view.ToVectors());
        Says("hold", "", () => customers.Context.Data.LoadFromEnumerable(Array.Empty<Customer>()).ToRows());
    }

    private static void Says(string subject, string problem, Func<object> act)
    {
        var message = Assert.Throws<InvalidInputException>(act).Message;
        Assert.Contains(subject, message);
        Assert.Contains(problem, message);
        Assert.DoesNotContain('\n', message);
    }
}
