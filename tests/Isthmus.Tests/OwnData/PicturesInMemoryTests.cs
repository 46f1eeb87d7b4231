using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.OwnData;

public sealed class PicturesInMemoryTests(PicturesInMemoryTests.Fitted fitted) : IClassFixture<PicturesInMemoryTests.Fitted>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public enum Shape
    {
        Bar,
        Dot,
    }

    [Fact]
    public void Pictures_of_bytes_are_what_a_reader_makes_of_the_same_pixels_with_labels_of_any_type()
    {
        byte[][] pixels =
        [
            [0, 10, 20, 255],
            [1, 2, 3, 4],
            [9, 9, 9, 9],
        ];
        var data = Images.FromArrays(pixels, 2, 2, labels: new[] { Shape.Dot, Shape.Bar, Shape.Dot });
        Assert.Equal(new ImageSchema(2, 2, 1, 256), data.Schema);
        Assert.Equal(["Bar", "Dot"], data.Labels.Single().Classes);
        Assert.Equal([1, 0, 1], data.Labels.Single().Values);
        Assert.Equal(["2", "10"], Images.FromArrays(pixels, 2, 2, labels: new[] { 10, 2, 10 }).Labels.Single().Classes);
        var copied = new byte[12];
        data.CopyPixels([0, 1, 2], copied);
        Assert.Equal(pixels.SelectMany(picture => picture), copied);
        Assert.Equal(2, ((ImageSchema)Images.FromArrays([new byte[] { 0, 255, 255, 0 }], 2, 2).Schema).Levels);
    }

    [Fact]
    public void Numbers_from_0_to_1_are_the_nearest_of_256_levels_and_a_note_says_where_one_was_between()
    {
        var exact = Images.FromArrays([new[] { 0f, 1f, 128 / 255f, 1 / 255f }], 2, 2);
        Assert.Empty(exact.Notes);
        var pixels = new byte[4];
        exact.CopyPixels([0], pixels);
        Assert.Equal([0, 255, 128, 1], pixels);
        Assert.Contains("256 levels", $"{Images.FromArrays([new[] { 0f, 1f, 0.5f, 0.1f }], 2, 2).Notes.Single()}");
    }

    [Fact]
    public void Pixels_that_lie_together_become_planes_and_come_back()
    {
        byte[] rgb = [1, 2, 3, 4, 5, 6];
        Assert.Equal([1, 4, 2, 5, 3, 6], Images.ToPlanar(rgb, 1, 2));
        Assert.Equal(rgb, Images.ToInterleaved(Images.ToPlanar(rgb, 1, 2), 1, 2));
        Assert.Throws<ArgumentException>(() => Images.ToPlanar(rgb, 2, 2));
    }

    [Fact]
    public void What_cannot_be_a_picture_is_refused_in_one_sentence()
    {
        static void Refused(string part, Action action) => Assert.Contains(part, Assert.Throws<InvalidInputException>(action).Message);
        Refused("at least one", () => Images.FromArrays(Array.Empty<byte[]>(), 2, 2));
        Refused("picture 2 has 3 numbers", () => Images.FromArrays([new byte[4], new byte[3]], 2, 2));
        Refused("picture 2 is null", () => Images.FromArrays([new byte[4], null!], 2, 2));
        Refused("picture 1, number 3 is NaN", () => Images.FromArrays([new[] { 0, 0, float.NaN, 0 }], 2, 2));
        Refused("picture 1, number 4 is 255", () => Images.FromArrays([new[] { 0f, 0, 0, 255 }], 2, 2));
        Refused("channels 1 (grey) or 3", () => Images.FromArrays([new byte[8]], 2, 2, channels: 2));
        Refused("2 labels", () => Images.FromArrays([new byte[4]], 2, 2, labels: new[] { "a", "b" }));
        Refused("label of record 1 is null", () => Images.FromArrays([new byte[4]], 2, 2, labels: new string?[] { null }));
    }

    [Fact]
    public void A_split_holds_out_the_shares_that_were_asked_for_and_no_record_is_in_two()
    {
        var data = Images.FromArrays(Enumerable.Range(0, 100).Select(i => new[] { (byte)i, (byte)200 }), 1, 2);
        var parts = data.Split(seed: 3, validation: 0.2, test: 0.3);
        Assert.Equal((50, 20, 30), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.Equal(
            100,
            new[] { parts.Train, parts.Validation, parts.Test }.SelectMany(part => Enumerable.Range(0, part.Count).Select(part.PlaceOf)).Distinct().Count()
        );
        Assert.Equal((80, 10, 10), (data.Split().Train.Count, data.Split().Validation.Count, data.Split().Test.Count));
        Assert.Contains("below 1", Assert.Throws<InvalidInputException>(() => data.Split(validation: 0.5, test: 0.5)).Message);
        Assert.Contains("above 0", Assert.Throws<InvalidInputException>(() => data.Split(validation: 0)).Message);
        Assert.Contains("above 0", Assert.Throws<InvalidInputException>(() => data.Split(test: double.NaN)).Message);
    }

    [Fact]
    public void A_saved_model_encodes_and_gives_back_pictures_of_bytes_and_of_numbers_alike()
    {
        using var folder = new TemporaryFolder();
        fitted.Model.Save(folder.File("m.isthmus"));
        using var model = TrainedModel.Load(folder.File("m.isthmus"));
        byte[] picture = Fitted.Picture(7);
        float[] numbers = Array.ConvertAll(picture, pixel => pixel / 255f);
        var code = model.Encode(picture);
        Assert.Equal(3, code.Length);
        Assert.Equal(code, model.Encode(numbers));
        Assert.Equal(code, model.Encode(Images.FromArrays([picture], 4, 4), cancellationToken: Stop)[0]);
        // Products of several pictures are added up in another order.
        Assert.All(code.Zip(model.Encode([Fitted.Picture(1), picture])[1]), unit => Assert.Equal(unit.First, unit.Second, 1e-5));
        Assert.Equal(16, model.Reconstruct(numbers).Length);
        Assert.Equal(model.Reconstruct(picture), model.Reconstruct(Images.FromArrays([picture], 4, 4), cancellationToken: Stop).Pictures()[0]);
        Assert.Equal(model.Reconstruct(numbers), model.Denoise(numbers));
        Assert.Equal(16, model.Sample(2).Records[1].Length);
        Assert.Equal(model.Sample(2, seed: 5).Values, model.Sample(2, seed: 5).Values);
        Assert.Contains("has 3 numbers", Assert.Throws<InvalidInputException>(() => model.Encode(new byte[3])).Message);
        Assert.Contains(
            "is NaN",
            Assert
                .Throws<InvalidInputException>(() =>
                    model.Encode(
                        new float[15]
                            .Append(float.NaN)
                            .ToArray()
                    )
                )
                .Message
        );
        Assert.Contains("takes no single rows", Assert.Throws<InvalidInputException>(() => model.Score([new { A = 1 }], cancellationToken: Stop)).Message);
    }

    /// <summary>Black-and-white pictures for a model of 8-bit ones, and grey ones for a model of colour, mean the same.</summary>
    [Fact]
    public void Pictures_that_mean_the_same_are_brought_to_the_models()
    {
        byte[] white = [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 2 * 255))];
        Assert.Equal(fitted.Model.Encode(white), fitted.Model.Encode(Images.FromArrays([white], 4, 4), cancellationToken: Stop)[0]);
        var other = Assert.Throws<InvalidInputException>(() => fitted.Model.Encode(Images.FromArrays([new byte[25]], 5, 5), cancellationToken: Stop));
        Assert.Contains("4 x 4", other.Message);
    }

    [Fact]
    public void An_evaluation_of_data_in_memory_ends_with_no_command_that_would_look_for_a_file()
    {
        var data = Fitted.Data;
        var report = fitted.Model.Evaluate(data.Test, data.Train, new() { ImportanceSamples = 2 }, cancellationToken: Stop);
        Assert.True(report.Elbo!.Bits.Value < 0);
        Assert.Null(report.Next);
        Assert.DoesNotContain("isthmus", report.Verdict);
    }

    public sealed class Fitted : IDisposable
    {
        public static byte[] Picture(int i) => [.. Enumerable.Range(0, 16).Select(pixel => (byte)(pixel % 4 == i % 4 ? 200 + i % 50 : 10 + i % 7))];

        public static DataSplits Data { get; } = Images.FromArrays(Enumerable.Range(0, 100).Select(Picture), height: 4, width: 4).Split(seed: 1);

        public TrainedModel Model { get; } =
            TrainingRun.Train("vae", Data, new() { Settings = Tiny.Settings("epochs=2 hidden=16 latent=3 batch-size=20"), Threads = 1 }).Model;

        public void Dispose() => Model.Dispose();
    }
}
