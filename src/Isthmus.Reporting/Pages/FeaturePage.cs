using System.Globalization;
using Isthmus.Data.Records;
using Isthmus.Dictionaries;
using Isthmus.Models;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>The records that activations are of, to be shown where features are strongest.</summary>
/// <param name="Data">Pictures, rows, documents or any other records, in the order of the activations.</param>
/// <param name="Reading">Options that they were read with.</param>
public sealed record ShownRecords(Dataset Data, DataOptions Reading);

/// <summary>
/// The features of a sparse dictionary as one HTML file: how often each is on, how strongly, on which records, and which features write alike; dead and dense
/// ones listed. A script of its own searches and sorts them; without it, and offline, everything can be read.
/// </summary>
public static class FeaturePage
{
    /// <summary>Features shown where the page is not told how many.</summary>
    public const int UsualFeatures = 500;

    // Indices in a list of dead or dense features before the rest is folded away.
    private const int Listed = 60;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The dictionary.</param>
    /// <param name="data">Name of the activations.</param>
    /// <param name="features">Its features on them.</param>
    /// <param name="records">The records that the activations are of. Default: row numbers stand for them.</param>
    /// <param name="most">Features shown, those with the largest sum of squared strengths; at least 1. Default 500.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(
        string path,
        ModelManifest model,
        string data,
        DictionaryFeatures features,
        ShownRecords? records = null,
        int most = UsualFeatures
    ) => AtomicFile.WriteText(path, Render(model, data, features, records, most));

    /// <summary>Returns the page's text: the same features give the same.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Render(ModelManifest model, string data, DictionaryFeatures features, ShownRecords? records = null, int most = UsualFeatures)
    {
        DictionaryFeature[] shown =
        [
            .. features
                .All.Where(feature => !feature.IsDead)
                .OrderByDescending(feature => feature.RowsOn * feature.MeanStrength * feature.MeanStrength)
                .Take(most),
        ];
        var looks = new RecordLooks(records, [.. shown.SelectMany(feature => feature.Top).Select(top => top.Record).Distinct().Order()]);
        var isShown = shown.Select(feature => feature.Index).ToHashSet();
        var alive = features.All.Count - features.Dead.Count;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(data));
        var noun = records?.Data.Schema.Noun ?? "row";
        var rows = $"{NumberText.Of(features.Rows)} row{(features.Rows == 1 ? "" : "s")}";
        return HtmlPage.Of(
            $"Features of {name}",
            $"{model.Preset} on {name}",
            "Features",
            lead: $"""
            <p class="lede">{NumberText.Of(alive)} of {Counted.Of(features.All.Count, "feature")} {(alive == 1 ? "is" : "are")} on in some of {rows}{(
                features.Rows == features.Records ? "" : $" of {Counted.Of(features.Records, noun)}"
            )}; in the mean row {NumberText.Of(features.MeanOn, 3)} are.</p>
            <div class="figures">
            {Figure(NumberText.Of(features.MeanOn, 3), "features", "on in a row, in the mean (L0)")}
            {Figure(NumberText.Of(features.Dead.Count), "features", "dead: no row turns them on")}
            {Figure(NumberText.Of(features.Dense.Count), "features", $"dense: on in more than {NumberText.Percent(features.DenseAbove)} of the rows")}
            </div>
            """,
            main: $"""
            {Frequencies(features)}
            {Lists(features, isShown)}
            <section id="features"><h2>{(
                shown.Length == alive ? "Every feature that is on" : $"The {NumberText.Of(shown.Length)} strongest of {NumberText.Of(alive)} features"
            )}</h2>
            <p>Bars count rows by strength, from 0 to the largest. Under them stand the {noun}s where the feature is strongest, and the features that write in
            the most similar direction, with the cosine of the angle.</p>
            <form class="find" hidden><label>Search <input type="search" placeholder="number or words"></label>
            <label>Sort <select><option value="o">strongest first</option><option value="f">most frequent first</option>
            <option value="r">rarest first</option><option value="i">by number</option></select></label> <output></output></form>
            <div class="features">{shown.Select((feature, order) => Card(feature, order, looks, isShown, noun))}</div></section>
            """,
            footer: $"Model of {Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Provenance.Data))}, written by "
                + $"{model.Provenance.MadeBy}. Strengths are in the unit of the code. Frequency: fraction of {rows} in which a feature is above 0.",
            css: Css + looks.Css,
            script: Script
        );
    }

    private static Html Figure(string number, string unit, string words) => $"""<div class="figure"><b>{number} <i>{unit}</i></b><span>{words}</span></div>""";

    /// <summary>Returns the chart of how many features are on how often.</summary>
    private static Html? Frequencies(DictionaryFeatures features)
    {
        double[] logs = [.. features.All.Where(feature => !feature.IsDead).Select(feature => Math.Log10(feature.Frequency))];
        if (logs.Length == 0)
            return null;
        const int Bins = 24;
        var (least, width) = (Math.Min(logs.Min(), -1), 0.0);
        width = -least / Bins;
        (double From, double To, double Value)[] bars =
        [
            .. Enumerable
                .Range(0, Bins)
                .Select(bin =>
                    (least + bin * width, least + (bin + 1) * width, (double)logs.Count(log => Math.Clamp((int)((log - least) / width), 0, Bins - 1) == bin))
                ),
        ];
        var chart = new SvgChart(
            "Features by the fraction of rows in which they are on",
            new("log₁₀ of the fraction of rows with the feature on", [least, 0]),
            new("features", [0, .. bars.Select(bar => bar.Value)], whole: true)
        ).Bars(bars, "on");
        return $"""
            <section id="frequencies"><h2>How often features are on</h2><div class="beside"><figure>{chart.Draw()}</figure>
            <p>Each bar counts features: −1 is one row in 10, −3 one in 1,000. Features far to the right are on nearly always and say little about a single row;
            features that are never on stand in no bar.</p></div></section>
            """;
    }

    private static Html Lists(DictionaryFeatures features, HashSet<int> isShown) =>
        $"""
            <section id="lists"><h2>Dead and dense features</h2>
            <p><b>Dead</b>, on in no row: {Numbers(features.Dead, isShown)}</p>
            <p><b>Dense</b>, on in more than {NumberText.Percent(features.DenseAbove)} of the rows, the most frequent first: {Numbers(
                features.Dense,
                isShown
            )}</p></section>
            """;

    private static Html Numbers(IReadOnlyList<int> indices, HashSet<int> isShown)
    {
        if (indices.Count == 0)
            return $"none.";
        Html Joined(IEnumerable<int> some) => $"{some.Select((index, i) => (Html)$"{(i == 0 ? "" : ", ")}{Link(index, isShown)}")}";
        return indices.Count <= Listed
            ? (Html)$"{Joined(indices)}."
            : (Html)
                $"""
                    {Joined(indices.Take(Listed))} and {NumberText.Of(indices.Count - Listed)} more.
                    <details><summary>all {NumberText.Of(indices.Count)}</summary>{Joined(indices)}.</details>
                    """;
    }

    private static Html Link(int feature, HashSet<int> isShown) => isShown.Contains(feature) ? $"""<a href="#f{feature}">{feature}</a>""" : (Html)$"{feature}";

    private static Html Card(DictionaryFeature feature, int order, RecordLooks looks, HashSet<int> isShown, string noun)
    {
        var words = string.Join(' ', feature.Top.Select(top => looks.Words(top.Record)).Prepend($"{feature.Index}")).ToLowerInvariant();
        Html like =
            $"""<p class="soft like">writes like {feature.Neighbours.Select(
                (near, i) => (Html)$"{(i == 0 ? "" : ", ")}{Link(near.Feature, isShown)} ({near.Cosine.ToString("F2", CultureInfo.InvariantCulture)})"
            )}</p>""";
        return $"""
            <article id="f{feature.Index}" data-o="{order}" data-f="{feature.RowsOn.ToString(CultureInfo.InvariantCulture)}" data-i="{feature.Index}"
            data-w="{words}"><h3>{feature.Index}</h3>
            <p class="soft">on in {NumberText.Percent(feature.Frequency)} of rows ({NumberText.Of(feature.RowsOn)}), mean {NumberText.Of(
                feature.MeanStrength,
                3
            )}, at most {NumberText.Of(feature.LargestStrength, 3)}</p>
            {Histogram(feature)}
            <div class="tops">{feature.Top.Select(top => looks.Of(top.Record, $"{noun} {top.Record + 1}", NumberText.Of(top.Strength, 3)))}</div>
            {(feature.Neighbours.Count == 0 ? null : like)}</article>
            """;
    }

    /// <summary>Returns a histogram as one path of bars; the highest fills it.</summary>
    private static Html Histogram(DictionaryFeature feature)
    {
        const double Height = 40,
            Width = 240;
        var (bins, most) = (feature.Histogram, feature.Histogram.Max());
        var each = Width / bins.Count;
        return $"""
            <svg class="strengths" viewBox="0 0 {Width} {Height}" role="img" aria-label="rows by strength of feature {feature.Index}"><path d="{bins.Index()
                .Where(bin => bin.Item > 0)
                .Select(bin =>
                    (Html)$"M{bin.Index * each} {Height}v{-Math.Max(1, Height * bin.Item / most)}h{each - 1}v{Math.Max(1, Height * bin.Item / most)}z"
                )}"/></svg>
            """;
    }

    private const string Css = """
        .features{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1rem}
        article{border-top:2px solid var(--ink);padding:.5rem 0 1rem;break-inside:avoid;min-width:0;scroll-margin-top:4rem}
        article h3{margin:0;font-size:1.1rem}article p{margin:.2rem 0 .5rem;font-size:.85rem}article:target{background:var(--panel)}
        a{color:inherit;text-decoration-color:var(--land)}
        .strengths{width:100%;height:2.6rem;border-bottom:1px solid var(--soft)}.strengths path{fill:var(--c0)}
        .tops{display:grid;gap:.25rem;margin:.5rem 0;font-size:.85rem}.tops.pics,.tops:has(.pic){grid-template-columns:repeat(4,1fr)}
        .tops figure{min-width:0}.tops figcaption{font-size:.72rem;text-align:center}
        .pic{display:block;width:100%;background-size:100% 100%;image-rendering:pixelated;outline:1px solid var(--line);print-color-adjust:exact}
        .tops div{display:flex;gap:.6rem;justify-content:space-between;border-bottom:1px solid var(--line);padding:.15rem 0}
        .tops div span:first-child{overflow-wrap:anywhere}.tops div span:last-child{font-variant-numeric:tabular-nums}
        .find{position:sticky;top:0;z-index:1;background:var(--ground);display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;padding:.6rem 0;align-items:baseline}
        .find[hidden],article[hidden]{display:none}
        .find input,.find select{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--soft);border-radius:.25rem;padding:.2rem .4rem}
        .find output{color:var(--soft);font-size:.875rem}
        @media print{.find{display:none}}
        """;

    // Words of the search must all be found; a number alone is a feature's.
    private const string Script = """
        (()=>{const form=document.querySelector('.find'),grid=document.querySelector('.features'),cards=[...grid.children],
        [search,sort,count]=[form.querySelector('input'),form.querySelector('select'),form.querySelector('output')];
        const key={o:c=>+c.dataset.o,f:c=>-c.dataset.f,r:c=>+c.dataset.f,i:c=>+c.dataset.i};
        function show(){const text=search.value.trim().toLowerCase().replace(/^#/,''),words=text.split(/\s+/),whole=/^\d+$/.test(text);let n=0;
        for(const c of cards){const on=!text||(whole?c.dataset.i===text:words.every(w=>c.dataset.w.includes(w)));c.hidden=!on;n+=on}
        count.textContent=n+' of '+cards.length+' features'}
        search.addEventListener('input',show);
        sort.addEventListener('change',()=>grid.append(...cards.sort((a,b)=>key[sort.value](a)-key[sort.value](b)||a.dataset.i-b.dataset.i)));
        form.addEventListener('submit',e=>e.preventDefault());
        addEventListener('hashchange',()=>{const c=document.getElementById(location.hash.slice(1));if(c&&c.hidden){search.value='';show();c.scrollIntoView()}});
        form.hidden=false;show()})();
        """;
}
