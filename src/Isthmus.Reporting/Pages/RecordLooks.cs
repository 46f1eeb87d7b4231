using System.Text;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Some records as a page shows them: each picture once, as a rule of the style sheet, and the words of others.</summary>
internal sealed class RecordLooks
{
    // Sides of a small picture, in pixels.
    private const int MostSide = 72;

    private readonly Dictionary<int, string> _words = [];
    private readonly HashSet<int> _pictures = [];

    public RecordLooks(ShownRecords? shown, IReadOnlyList<int> records)
    {
        if (shown is null)
            return;
        var data = shown.Data;
        var excerpts = data.Schema.Kind.Excerpts(data, shown.Reading, records);
        foreach (var (i, record) in records.Index())
            _words[record] = string.Join(", ", new[] { Places(data, record), excerpts?[i] }.Where(text => !string.IsNullOrEmpty(text)));
        if (data.HasPixels)
            Css = Pictures(data, records);
    }

    /// <summary>Rules of the pictures; empty where there are none.</summary>
    public string Css { get; } = "";

    /// <summary>Returns the words by which a record is found.</summary>
    public string Words(int record) => _words.GetValueOrDefault(record, "");

    /// <summary>Returns a record with the strength of a feature.</summary>
    /// <param name="record">Its index.</param>
    /// <param name="name">Its name if it has no words: "row 17".</param>
    /// <param name="strength">The strength.</param>
    public Html Of(int record, string name, string strength)
    {
        var words = Words(record) is { Length: > 0 } own ? own : name;
        return _pictures.Contains(record)
            ? $"""<figure><span class="pic p{record}" role="img" title="{words}" aria-label="{words}"></span><figcaption>{strength}</figcaption></figure>"""
            : (Html)$"""<div><span>{words}</span><span>{strength}</span></div>""";
    }

    private static string Places(Dataset data, int record) =>
        string.Join(", ", data.Select([record]).PlaceColumns().Select(column => $"{column.Name} {column.Words(0)}"));

    private string Pictures(Dataset data, IReadOnlyList<int> records)
    {
        var schema = data.Schema.Demand<ImageSchema>("Records of pixels are pictures.");
        var largest = Math.Max(schema.Height, schema.Width);
        var size =
            largest <= MostSide
                ? new ImageSize(schema.Height, schema.Width)
                : new(Math.Max(1, schema.Height * MostSide / largest), Math.Max(1, schema.Width * MostSide / largest));
        var small = schema with { Height = size.Height, Width = size.Width, Levels = largest <= MostSide ? schema.Levels : 256 };
        var css = new StringBuilder($".pic{{aspect-ratio:{size.Width}/{size.Height}}}");
        var pixels = new byte[schema.Dimension];
        foreach (var record in records)
        {
            data.CopyPixels([record], pixels);
            var picture = pixels;
            if (largest > MostSide)
            {
                picture = new byte[small.Dimension];
                // Levels between black and white come of the reduction.
                var full = schema.Levels == 2 ? Array.ConvertAll(pixels, pixel => (byte)(pixel * 255)) : pixels;
                ImageResampler.Resize(full, new(schema.Height, schema.Width), picture, size, schema.Channels);
            }
            else if (schema.Levels == 2)
                picture = Array.ConvertAll(pixels, pixel => (byte)(pixel * 255));
            var shown = small with { Levels = 256 };
            css.Append($".p{record}{{background-image:url(data:image/png;base64,{Convert.ToBase64String(ImageGrid.Png(shown, [picture], 1))})}}\n");
            _pictures.Add(record);
        }
        return css.ToString();
    }
}
