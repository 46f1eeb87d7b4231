using System.Text;
using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Server.Requests;
using Isthmus.Server.Tables;

namespace Isthmus.Server.Tests;

/// <summary>Rows that are read straight from JSON are those that the reader of all tables gives, and answers are what the library gives, to the byte.</summary>
public sealed class JsonRowReaderTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Usual =
        """[{"Member": "M-1", "Joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": 3.25, "Empty": null}, """
        + """{"Zip": 75002, "Joined": null, "Hours": null, "Active": false, "Member": 17}, {"Hours": -1e3}]""";

    [Theory]
    [InlineData(Usual)]
    [InlineData("""{"Joined": "2021-05-06T10:00:00", "Active": "yes", "Zip": "none", "Hours": 1e300}""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": "TRUE", "Zip": "  75\u0030\u00301 ", "Hours": "3.25"}, {"Hours": " 1 "}]""")]
    [InlineData("""[{"Joined": "", "Active": null, "Zip": "NA", "Hours": 0, "Member": "é\u20AC \ud83d\ude00"}]""")]
    public void What_is_read_straight_is_what_the_reader_of_all_tables_gives(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        using var model = TrainedModel.Load(models.Members);
        var schema = (TableSchema)model.Specification.Schema;
        Assert.NotNull(new JsonRowReader(schema).TryRead(bytes, 100));
        Same(schema, bytes);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("[{}]")]
    [InlineData("[3]")]
    [InlineData(Usual + " ")]
    [InlineData(Usual + "]")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": "75001"}]""")]
    [InlineData("""[{"joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": 3}]""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": 3, "Other": [1]}]""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": 3, "Hours": 4}]""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": true}]""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": "75001", "Hours": 9007199254740993}]""")]
    [InlineData("""[{"Joined": "2021-05-06", "Active": true, "Zip": 7.5e9, "Hours": 1}, {"Hours": "2"}]""")]
    [InlineData("""[{"Joined": "6 May", "Active": true, "Zip": "\ud800", "Hours": 1e999}]""")]
    public void What_is_written_otherwise_is_left_to_it_or_read_alike(string json)
    {
        using var model = TrainedModel.Load(models.Members);
        Same((TableSchema)model.Specification.Schema, Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public void Mutated_bytes_are_read_alike()
    {
        using var model = TrainedModel.Load(models.Members);
        var schema = (TableSchema)model.Specification.Schema;
        var (random, usual, read) = (new Random(1), Encoding.UTF8.GetBytes(Usual), 0);
        string[] tokens = ["null", "true", "1", "\"NA\"", "\"\"", "-0", "1e5", "{", "]", ",", "\"Zip\":", "\\u0041", "\\ud800", "\"Hours\":1,", "é"];
        for (var i = 0; i < 3000; i++)
        {
            var bytes = usual.ToList();
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                if (random.Next(2) == 0)
                    bytes[at] = random.Next(4) == 0 ? (byte)random.Next(256) : usual[random.Next(usual.Length)];
                else
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
            }
            read += Same(schema, [.. bytes]) ? 1 : 0;
        }
        // Most mutations are malformed; enough are not.
        Assert.InRange(read, 50, 2900);
    }

    [Fact]
    public void A_reader_of_lines_reads_what_an_array_of_them_has()
    {
        using var model = TrainedModel.Load(models.Members);
        var reader = new JsonRowReader((TableSchema)model.Specification.Schema);
        var rows = JsonDocument.Parse(Usual).RootElement;
        ReadOnlyMemory<byte>[] lines = [.. rows.EnumerateArray().Select(row => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(row.GetRawText()))];
        Assert.Equal(reader.TryRead(Encoding.UTF8.GetBytes(Usual), 3)!.Rows, reader.TryRead(lines)!.Rows);
        Assert.Null(reader.TryRead(Encoding.UTF8.GetBytes(Usual), 2));
        Assert.Null(reader.TryRead([.. lines, Encoding.UTF8.GetBytes("{} {}")]));
    }

    [Fact]
    public async Task Answers_are_the_librarys_to_the_byte()
    {
        await using var server = await RunningServer.StartAsync(options =>
        {
            options.Models["members"] = models.Members;
            options.Models["customers"] = models.Customers;
        });
        var random = new Random(3);
        string Row(int i) =>
            $$"""{"age": {{random.Next(10, 90)}}, "plan": "{{(i % 4 == 0 ? "premium" : i % 9 == 0 ? "new" : "basic")}}", "spent": {{random.Next(2000)}}}""";
        var many = string.Join(',', Enumerable.Range(0, 500).Select(Row));
        foreach (var (name, file, body) in new[] { ("members", models.Members, Usual), ("customers", models.Customers, $"[{many}]") })
        {
            using var model = TrainedModel.Load(file);
            var expected = JsonSerializer.Serialize(model.Score(JsonDocument.Parse(body).RootElement), JsonFormat.Compact);
            using var answer = await server.Post($"/models/{name}/score", body);
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Compares both ways; returns true if the rows were read straight.</summary>
    private static bool Same(TableSchema schema, byte[] json)
    {
        if (new JsonRowReader(schema).TryRead(json, 100) is not { } read)
            return false;
        TablePart? expected = null;
        MixedTableReader.ForEachPart(TableInput.Of(Rows.Table(Rows.Elements(RequestBody.Parse(json)))), schema, part => expected = part, []);
        Assert.Equal(expected!.Rows, read.Rows);
        Assert.Equal(expected.Beside.Select(column => column.Name), read.Beside.Select(column => column.Name));
        for (var row = 0; row < read.Rows.Length / schema.Dimension; row++)
        {
            for (var column = 0; column < schema.Dimension; column++)
            {
                Assert.Equal(expected.Number(column, row), read.Number(column, row));
                Assert.Equal(expected.Text(column, row), read.Text(column, row));
            }
            Assert.Equal(expected.Beside.Select(column => column.Text(row)), read.Beside.Select(column => column.Text(row)));
        }
        return true;
    }
}
