using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.MachineLearning;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Tests.Verbs;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.Tests.MachineLearning;

/// <summary>Models in pipelines of ML.NET: what they make is what the models give, and a saved pipeline carries them.</summary>
public sealed class PipelineTests(Customers customers) : IClassFixture<Customers>
{
    // Sums of at most a few hundred products in 32 bits, in another order than the tensor library's.
    private const double Tolerance = 1e-4;

    private TrainedModel Model => customers.Trained.Model;

    [Fact]
    public void Codes_of_rows_are_those_of_the_model()
    {
        var expected = Model.Encode(customers.View.ToRows());
        Close(expected, Codes(customers.Trained.Transform(customers.View)));
        Close(expected, Codes(customers.Context.Transforms.IsthmusEncode("Codes", Model).Fit(customers.View).Transform(customers.View)));
    }

    [Fact]
    public void A_model_that_is_given_labels_takes_the_number_of_the_class_from_a_column()
    {
        using var model = TrainedModel.Load(GoldenFile.PathOf("models/cond-vae.isthmus"));
        var data = DataSource.LoadAll(GoldenFile.PathOf("models/data/binary.npz"), new());
        int[] chosen = [.. Enumerable.Range(0, 20)];
        var pixels = new byte[chosen.Length * data.Schema.Dimension];
        data.CopyPixels(chosen, pixels);
        var pictures = pixels.Chunk(data.Schema.Dimension).Zip(data.Labels[0].Values.Take(chosen.Length));
        var context = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Labelled));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, data.Schema.Dimension);
        var view = context.Data.LoadFromEnumerable(
            pictures.Select(picture => new Labelled { Features = Array.ConvertAll(picture.First, pixel => (float)pixel), label = picture.Second }),
            schema
        );
        Close(model.Encode(data.Select(chosen)), Codes(context.Transforms.IsthmusEncode("Codes", "Features", model).Fit(view).Transform(view)));
    }

    [Fact]
    public void Codes_are_those_of_the_command_line_where_ML_NET_reads_the_file_itself()
    {
        using var terminal = new Terminal();
        var (rows, model) = (GoldenFile.PathOf("models/data/rows.csv"), GoldenFile.PathOf("models/table-vae.isthmus"));
        terminal.Done($"encode {rows} -m {model} -o {{codes.csv}}");
        var expected = File.ReadLines(terminal.File("codes.csv"))
            .Skip(1)
            .Select(line => line.Split(',')[1..].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray())
            .ToArray();
        var context = new MLContext(1);
        TextLoader.Column[] columns =
        [
            new("length", DataKind.Single, 0),
            new("price", DataKind.Double, 1),
            new("colour", DataKind.String, 2),
            new("new", DataKind.String, 3),
            new("visits", DataKind.Single, 4),
            new("day", DataKind.DateTime, 5),
        ];
        var view = context.Data.LoadFromTextFile(
            rows,
            new TextLoader.Options
            {
                Columns = columns,
                Separators = [','],
                HasHeader = true,
                MissingRealsAsNaNs = true,
            }
        );
        using var trained = TrainedModel.Load(model);
        Close(expected, Codes(context.Transforms.IsthmusEncode("Codes", trained).Fit(view).Transform(view)));
    }

    [Fact]
    public void Codes_of_vectors_are_those_of_the_model_and_may_take_the_place_of_the_vectors()
    {
        using var model = TrainedModel.Load(GoldenFile.PathOf("models/vae.isthmus"));
        var context = new MLContext(1);
        var (random, width) = (new Random(1), model.Specification.Schema.Dimension);
        double[][] rows = [.. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, width).Select(_ => (double)random.Next(2)).ToArray())];
        var schema = SchemaDefinition.Create(typeof(Vector));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, width);
        var view = context.Data.LoadFromEnumerable(rows.Select(row => new Vector { Features = row }), schema);
        var expected = model.Encode<double[]>(rows);
        Close(expected, Codes(context.Transforms.IsthmusEncode("Codes", "Features", model).Fit(view).Transform(view)));
        Close(expected, Codes(context.Transforms.IsthmusEncode("Features", "Features", model).Fit(view).Transform(view), "Features"));
    }

    [Fact]
    public void Scores_are_those_of_the_model()
    {
        var expected = Model.Score(customers.View.ToRows());
        var scored = customers.Context.Transforms.IsthmusAnomaly(Model).Fit(customers.View).Transform(customers.View);
        var found = customers.Context.Data.CreateEnumerable<ScoredCustomer>(scored, reuseRowObject: false, ignoreMissingColumns: true).ToArray();
        Assert.Equal(expected.Count, found.Length);
        foreach (var (row, other) in expected.Zip(found))
        {
            Assert.Equal(row.Bits, other.Score, Tolerance);
            // One usual row more or less, where two scores differ in the last digit.
            Assert.Equal(row.PValue, other.PValue, 2.0 / 300);
            Assert.All(row.ColumnBits.Values.Zip(other.ColumnBits), bits => Assert.Equal(bits.First, bits.Second, Tolerance));
            Assert.True(row.IsUnusual == other.PredictedLabel || Math.Abs(row.Bits - expected.Threshold) < Tolerance);
        }
        Assert.Contains(found, row => row.PredictedLabel);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["ColumnBits"].GetSlotNames(ref names);
        Assert.Equal(expected[0].ColumnBits.Keys, names.DenseValues().Select(name => name.ToString()));
        // ML.NET's own measures take the columns.
        var labelled = customers.Context.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Single).Fit(scored).Transform(scored);
        var area = customers.Context.AnomalyDetection.Evaluate(labelled).AreaUnderRocCurve;
        Assert.InRange(area, 0, 1);
    }

    [Fact]
    public void Missing_values_are_filled_by_the_reconstruction_and_known_ones_stay()
    {
        var filled = customers.Context.Transforms.IsthmusImpute(Model).Fit(customers.View).Transform(customers.View);
        var found = customers.Context.Data.CreateEnumerable<FilledCustomer>(filled, reuseRowObject: false, ignoreMissingColumns: true).ToArray();
        foreach (var (before, after) in customers.All.Zip(found))
        {
            Assert.Equal(float.IsNaN(before.Age) ? after.Age : before.Age, after.Age);
            Assert.Equal(double.IsNaN(before.Spent) ? after.Spent : before.Spent, after.Spent);
            Assert.Equal(before.Plan.Length == 0 ? after.Plan : before.Plan, after.Plan);
            Assert.Equal(before.Visits, after.Visits);
            Assert.InRange(after.Age, 18, 70);
            Assert.Contains(after.Plan, new[] { "Basic", "Premium" });
        }
        Assert.Contains(customers.All.Zip(found), row => double.IsNaN(row.First.Spent) && row.Second.Spent > 0);
    }

    [Fact]
    public void A_saved_pipeline_loads_in_a_fresh_context_and_scores_one_row()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "pipeline.zip");
        var pipeline = customers.Context.Transforms.IsthmusEncode("Codes", Model).Append(customers.Context.Transforms.IsthmusAnomaly(Model));
        customers.Context.Model.Save(pipeline.Fit(customers.View), customers.View.Schema, path);
        var context = new MLContext(2);
        var loaded = context.Model.Load(path, out var schema);
        using var engine = context.Model.CreatePredictionEngine<Customer, ScoredCustomer>(loaded, schema);
        var expected = Model.Score(customers.View.ToRows());
        var codes = Model.Encode(customers.View.ToRows());
        foreach (var place in new[] { 0, 5, 17 })
        {
            var found = engine.Predict(customers.All[place]);
            Assert.Equal(expected[place].Bits, found.Score, Tolerance);
            Close([codes[place]], [found.Codes]);
        }
    }

    [Fact]
    public void A_trainer_of_ML_NET_learns_from_codes_and_the_whole_is_saved()
    {
        var context = customers.Context;
        var pipeline = context
            .Isthmus()
            .TableVae(Customers.Options(IsthmusOutput.Codes))
            .Append(context.Transforms.NormalizeMeanVariance("Codes"))
            .AppendCacheCheckpoint(context)
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(featureColumnName: "Codes"));
        using var trained = pipeline.Fit(customers.View);
        using var saved = new MemoryStream();
        context.Model.Save(trained, customers.View.Schema, saved);
        saved.Position = 0;
        var loaded = new MLContext().Model.Load(saved, out _);
        var (first, second) = (trained.Transform(customers.View), loaded.Transform(customers.View));
        Assert.Equal(first.GetColumn<float>("Score"), second.GetColumn<float>("Score"));
        // The plan, which tells who is premium, is one of the columns.
        Assert.InRange(context.BinaryClassification.Evaluate(second).AreaUnderRocCurve, 0.9, 1);
    }

    [Fact]
    public void A_trainer_of_vectors_takes_a_column_of_them()
    {
        var context = new MLContext(1);
        var view = context
            .Transforms.Conversion.ConvertType("VisitsNumber", "Visits", DataKind.Single)
            .Append(context.Transforms.Conversion.ConvertType("Activity", "IsActive", DataKind.Single))
            .Append(context.Transforms.Concatenate("Features", "VisitsNumber", "Activity"))
            .Fit(customers.View)
            .Transform(customers.View);
        using var trained = context
            .Isthmus()
            .Vectors(
                Autoencoders.Vae(latent: 2),
                options: new()
                {
                    Training = new() { Epochs = 1, Threads = 1 },
                }
            )
            .Fit(view);
        Assert.Equal(["VisitsNumber", "Activity"], Enumerable.Range(0, 2).Select(trained.Model.Specification.Schema.NameOf));
        Close(trained.Model.Encode(view.ToVectors()), Codes(trained.Transform(view)));
    }

    [Fact]
    public void Texts_are_read_as_the_reader_of_tables_reads_them()
    {
        // A model of a file, in which NA is a missing value and a space may stand after a comma.
        using var folder = new TemporaryFolder();
        var (file, model) = (folder.File("plans.csv"), default(TrainedModel));
        string[] plans = ["Basic", " Premium", "NA", " ", "Other "];
        File.WriteAllLines(
            file,
            ["plan,spent", .. Enumerable.Range(0, 200).Select(row => $"{plans[row % 4]},{(row % 7 == 0 ? -999 : row % 4 * 10 + row % 3)}")]
        );
        using (
            model = Autoencoders
                .TableAe(latent: 2)
                .Fit(Rows.LoadSplits(file, options: new() { Cells = new() { Missing = ["NA", "-999"] } }), new() { Epochs = 1, Threads = 1 })
        )
        {
            var context = new MLContext(1);
            Plan[] rows = [.. plans.SelectMany(plan => new[] { 10f, -999, float.NaN }, (plan, spent) => new Plan { plan = plan, spent = spent })];
            var view = context.Data.LoadFromEnumerable(rows);
            Close(model.Encode(rows), Codes(context.Transforms.IsthmusEncode("Codes.output", model).Fit(view).Transform(view), "Codes.output"));
            var filled = context.Transforms.IsthmusImpute(model).Fit(view).Transform(view);
            Assert.All(filled.GetColumn<string>("plan"), plan => Assert.Contains(plan, plans.Where(plan => plan.Trim() is not ("NA" or "")).Append("Premium")));
            Assert.All(filled.GetColumn<float>("spent"), spent => Assert.InRange(spent, 0, 32));
        }
    }

    [Fact]
    public void A_frame_of_data_is_a_view_and_its_names_may_differ_in_case()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("age", customers.All.Select(row => float.IsNaN(row.Age) ? (float?)null : row.Age)),
            new DoubleDataFrameColumn("spent", customers.All.Select(row => double.IsNaN(row.Spent) ? (double?)null : row.Spent)),
            new StringDataFrameColumn("plan", customers.All.Select(row => row.Plan.Length == 0 ? null : row.Plan)),
            new BooleanDataFrameColumn("isActive", customers.All.Select(row => row.IsActive)),
            new Int32DataFrameColumn("visits", customers.All.Select(row => row.Visits)),
            new DateTimeDataFrameColumn("since", customers.All.Select(row => row.Since == default ? (DateTime?)null : row.Since)),
            new SingleDataFrameColumn("ratings.0", customers.All.Select(row => row.Ratings[0])),
            new SingleDataFrameColumn("ratings.1", customers.All.Select(row => row.Ratings[1]))
        );
        var expected = Model.Encode(customers.View.ToRows());
        Close(expected, Codes(customers.Context.Transforms.IsthmusEncode("Codes", Model).Fit(frame).Transform(frame)));
        Close(expected, Model.Encode(((IDataView)frame).ToRows()));
    }

    [Fact]
    public void Keys_are_texts_and_whole_numbers_categories_if_the_model_has_them_so()
    {
        var context = new MLContext(1);
        var view = context.Transforms.Conversion.MapValueToKey("Plan").Fit(customers.View).Transform(customers.View);
        Close(Model.Encode(customers.View.ToRows()), Codes(context.Transforms.IsthmusEncode("Codes", Model).Fit(view).Transform(view)));
        using var coded = context
            .Isthmus()
            .Rows(
                Autoencoders.TableAe(latent: 2),
                new()
                {
                    Rows = new() { Columns = ["Plan", "IsActive"], Kinds = { ["Visits"] = Isthmus.Data.Cells.ColumnKind.Category } },
                    Training = new() { Epochs = 1, Threads = 1 },
                }
            )
            .Fit(view);
        Close(coded.Model.Encode(view.ToRows()), Codes(coded.Transform(view)));
    }

    [Theory]
    [InlineData(OnnxPart.Encoder)]
    [InlineData(OnnxPart.Score)]
    [InlineData(OnnxPart.Reconstruct)]
    public void A_file_does_what_the_model_does(OnnxPart part)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "part.onnx");
        using (var file = File.Create(path))
            Model.ExportOnnx(file, part);
        var catalog = customers.Context.Transforms;
        (IsthmusEstimator OfModel, IsthmusEstimator OfFile, string Column) pair = part switch
        {
            OnnxPart.Encoder => (catalog.IsthmusEncode("Codes", Model), catalog.IsthmusEncode("Codes", path), "Codes"),
            OnnxPart.Score => (catalog.IsthmusAnomaly(Model), catalog.IsthmusAnomaly(path), "ColumnBits"),
            _ => (catalog.IsthmusImpute(Model), catalog.IsthmusImpute(path), "Age"),
        };
        var (expected, found) = (pair.OfModel.Fit(customers.View).Transform(customers.View), pair.OfFile.Fit(customers.View).Transform(customers.View));
        if (part == OnnxPart.Reconstruct)
            Assert.Equal(expected.GetColumn<float>(pair.Column), found.GetColumn<float>(pair.Column));
        else
            Assert.Equal(Codes(expected, pair.Column), Codes(found, pair.Column));
    }

    private static float[][] Codes(IDataView view, string column = "Codes") => [.. view.GetColumn<float[]>(column)];

    private static void Close(float[][] expected, float[][] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Length, pair.Second.Length));
        Assert.All(expected.SelectMany(row => row).Zip(found.SelectMany(row => row)), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private sealed class Labelled
    {
        public float[] Features { get; set; } = [];
        public int label { get; set; }
    }

    private sealed class Plan
    {
        public string plan { get; set; } = "";
        public float spent { get; set; }
    }

    private sealed class Vector
    {
        public double[] Features { get; set; } = [];
    }
}
