namespace Isthmus.Reporting.Drawing;

/// <summary>
/// The report's style sheet. Classes' colours are those of Okabe and Ito (2008) and two more, darkened or lightened to stand out on either ground.
/// </summary>
internal static class ReportStyle
{
    /// <summary>Number of colours for classes; beyond them, the glyph changes.</summary>
    public const int Colours = 10;

    /// <summary>
    /// Number of colours for a quantity, from the smallest to the largest: matplotlib's plasma, without the end that is invisible on the background.
    /// </summary>
    public const int RampSteps = 8;

    public const string Css = """
        :root{color-scheme:light dark;--ground:#fdfcfa;--panel:#f4f2ed;--ink:#1c2024;--soft:#5b626b;--line:#d8d5cd;--land:#0a7d5c;--look:#8a5200;--bad:#b3261e;
        --c0:#0072b2;--c1:#d98c00;--c2:#00865f;--c3:#cc4e00;--c4:#b0578c;--c5:#3ea4de;--c6:#857800;--c7:#5d6470;--c8:#8a5a3b;--c9:#8a45b5;
        --q0:#0d0887;--q1:#46039f;--q2:#7201a8;--q3:#9c179e;--q4:#bd3786;--q5:#d8576b;--q6:#ed7953;--q7:#fb9f3a}
        @media(prefers-color-scheme:dark){:root{--ground:#14181c;--panel:#1d2329;--ink:#e8e6e1;--soft:#a2a9b2;--line:#363d45;--land:#2bb48b;
        --look:#f3bd5b;--bad:#ff9d94;
        --c0:#4aa3e8;--c1:#f0ad2c;--c2:#22bd8f;--c3:#f4804a;--c4:#e095c2;--c5:#a8dcff;--c6:#e8dc62;--c7:#b4bac3;--c8:#cf9a72;--c9:#c894f2;
        --q0:#a13cc9;--q1:#b83fae;--q2:#cc4f92;--q3:#de6478;--q4:#ec7c5c;--q5:#f79a45;--q6:#fcc03a;--q7:#f3ec4a}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:92rem;background:var(--ground);color:var(--ink);
        font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
        h1,h2,.lede,.figure b{font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;font-weight:600;line-height:1.2}
        h1{font-size:clamp(2rem,6vw,3rem);margin:.1em 0 .3em}
        h2{font-size:1.5rem;margin:3.2rem 0 .4rem}
        .eyebrow,.soft,figcaption,th,.figure span{color:var(--soft)}
        .eyebrow{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
        .lede{font-size:clamp(1.15rem,2.6vw,1.4rem);font-weight:400;line-height:1.45;max-width:48rem;margin:0 0 1.5rem}
        p{max-width:44rem;margin:.4rem 0 1rem}
        figcaption{font-size:.875rem;line-height:1.45}
        figure{margin:0;break-inside:avoid}
        .isthmus{margin:1.5rem 0}.isthmus svg{display:block;width:100%;height:6.5rem}.isthmus path{fill:var(--land);opacity:.85}
        .isthmus div{display:grid;grid-template-columns:1fr 1fr 1fr;gap:.75rem;font-size:.875rem;line-height:1.35;margin-top:.5rem}
        .isthmus div :nth-child(2){text-align:center}.isthmus div :nth-child(3){text-align:right}
        .figures{display:grid;grid-template-columns:repeat(3,1fr);gap:.6rem 2.5rem;margin:2rem 0 1.5rem;padding:0}
        .figure{border-top:2px solid var(--ink);padding:.6rem 0 1rem;break-inside:avoid}
        .figure b{display:block;font-size:1.7rem;font-variant-numeric:lining-nums}
        .figure i{font:400 1rem system-ui,sans-serif;color:var(--soft);white-space:nowrap}
        .figure span{font-size:.9rem;line-height:1.4;display:block;margin-top:.3rem}
        .verdict{border-left:4px solid var(--state);background:var(--panel);padding:.8rem 1.1rem;max-width:none;break-inside:avoid;--state:var(--land)}
        .verdict.look{--state:var(--look)}.verdict.bad{--state:var(--bad)}
        .verdict.good>b:first-child,.verdict.look>b:first-child,.verdict.bad>b:first-child{color:var(--state)}
        .main-figures{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1rem 3rem;align-items:center}
        .main-figures .figures{grid-template-columns:1fr 1fr;margin:0}.main-figures .figure b{font-size:2.3rem}.main-figures .isthmus{margin:0}
        .contents ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:1.5rem 0 0;
        padding:.6rem 0 0;border-top:1px solid var(--line);font-size:.925rem}
        .contents a{color:var(--ink);text-decoration-color:var(--line);text-underline-offset:.2em}.contents a:hover{text-decoration-color:var(--land)}
        @media(min-width:80rem){body:has(>.contents){display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:3rem}body>*{min-width:0}
        body:has(>.contents)>header,body:has(>.contents)>footer{grid-column:1/-1}
        .contents ul{position:sticky;top:1.5rem;flex-direction:column;gap:.45rem;margin-top:3.4rem}}
        section{scroll-margin-top:1rem}h3{font-size:1.05rem;margin:.4rem 0 .1rem}
        svg.small{width:7.5rem;height:1.75rem}svg.small .below{fill:var(--line)}svg.small .over{fill:var(--c0)}svg.small.alone .below{fill:var(--c0)}
        .multiples{grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))!important}.multiples svg.small{width:100%;height:auto}
        .ends{display:flex;justify-content:space-between;gap:.6rem;font-size:.8rem;color:var(--soft)}
        .key.below{color:var(--soft);font-weight:600}.key.over{color:var(--c0);font-weight:600}
        table.rows td{white-space:nowrap}table.rows td:last-child{white-space:normal}
        table.rows td,table.rows th{padding-left:.45rem;padding-right:.45rem}table.columns td{vertical-align:middle}
        .h1{background:color-mix(in srgb,var(--c3) 12%,transparent)}.h2{background:color-mix(in srgb,var(--c3) 24%,transparent)}
        .h3{background:color-mix(in srgb,var(--c3) 36%,transparent)}.h4{background:color-mix(in srgb,var(--c3) 48%,transparent)}
        .line.usual{stroke:var(--soft);stroke-width:1.4}figure.wide{max-width:60rem}ol.next{margin:.2rem 0 1rem;padding-left:1.4rem}
        .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));gap:1.25rem 2rem;align-items:start}
        .course svg{min-width:48rem}.course .line{stroke-width:1}.course figure{margin-bottom:1rem}
        .beside{display:grid;grid-template-columns:minmax(0,32rem) minmax(0,1fr);gap:1rem 2.5rem;align-items:center}
        svg{display:block;width:100%;height:auto}.panels figure{max-width:27rem}
        svg text{font-size:12px;fill:var(--soft);font-family:system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
        svg .label{fill:var(--ink)}.end{text-anchor:end}.mid,svg .word{text-anchor:middle}
        svg .word{fill:var(--ink);font-size:13px;font-weight:700;paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
        svg .note{paint-order:stroke;stroke:var(--ground);stroke-width:3px}
        .grid,.axis,.rule{fill:none;stroke:var(--line)}.axis{stroke:var(--soft)}.rule{stroke:var(--soft);stroke-dasharray:3 3}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}.line.train{stroke:var(--c1);stroke-dasharray:5 3}.line.held{stroke:var(--c0)}
        .bubble{fill:var(--c0);opacity:.35;stroke:var(--c0)}.dot.train{fill:var(--c1)}.dot.held{fill:var(--c0)}.on{fill:var(--c0)}
        .off{fill:var(--c7);opacity:.55}
        .s0{fill:var(--c0)}.s1{fill:var(--c1)}.s2{fill:var(--c2)}.s3{fill:var(--c3)}.s4{fill:var(--c4)}.s5{fill:var(--c5)}.s6{fill:var(--c6)}.s7{fill:var(--c7)}
        .s8{fill:var(--c8)}.s9{fill:var(--c9)}
        .q0{fill:var(--q0)}.q1{fill:var(--q1)}.q2{fill:var(--q2)}.q3{fill:var(--q3)}.q4{fill:var(--q4)}.q5{fill:var(--q5)}.q6{fill:var(--q6)}.q7{fill:var(--q7)}
        .maps figcaption b{color:var(--ink);font-size:1rem}.mark{opacity:.8}
        .legend{display:flex;flex-wrap:wrap;gap:.15rem 1rem;font-size:.875rem;margin:.4rem 0}
        .legend span{white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis}
        .legend svg{display:inline-block;width:1.6em;height:.8em;vertical-align:baseline;margin-right:.3em}.legend .swatch{width:.9em}
        .pictures{display:grid;grid-template-columns:repeat(var(--across,10),minmax(0,var(--side)));gap:.4rem;margin:.8rem 0}
        .pictures figure{display:flex;flex-direction:column;gap:.25rem}.row div{display:grid}
        img{display:block;width:100%;height:auto;image-rendering:pixelated;outline:1px solid var(--line);print-color-adjust:exact}
        .pictures figcaption{font-size:.75rem;text-align:center;font-variant-numeric:tabular-nums}
        .row{display:grid;grid-template-columns:12rem minmax(0,1fr);gap:.75rem;align-items:center;margin:.45rem 0}
        .row div{grid-template-columns:repeat(var(--across),minmax(0,var(--side))) .1rem minmax(0,var(--side));gap:.3rem}
        .row figcaption b{color:var(--ink);font-weight:600}.triples{grid-template-columns:repeat(3,minmax(0,max-content));gap:1.2rem 2rem}
        .triples .pictures{margin:0}
        table{border-collapse:collapse;width:100%;font-size:.925rem;font-variant-numeric:tabular-nums}
        td,th{padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:baseline}
        th{font-weight:500}td.n,th.n{text-align:right;white-space:nowrap}tr{break-inside:avoid}
        .scroll{overflow-x:auto}.provenance th{white-space:nowrap}.provenance td{overflow-wrap:anywhere}.figures-table td:last-child{min-width:5.5em}
        code,pre{font-family:ui-monospace,"Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875rem}
        pre{background:var(--panel);padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.6rem 0 1rem}
        pre span,code span{display:inline-block}summary{cursor:pointer;padding:.4rem 0}
        footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem;font-size:.875rem;color:var(--soft)}
        @media(min-width:40.01rem){svg text{font-size:11px}.beside svg text{font-size:9.5px}}
        @media(max-width:56rem){.main-figures{grid-template-columns:1fr}}
        @media(max-width:40rem){body{padding-top:1.5rem}.main-figures .figures{grid-template-columns:1fr}
        .beside{grid-template-columns:1fr}.pictures{--across:5!important}.samples{--across:8!important}
        .triples{grid-template-columns:1fr}.triple{--across:3!important}.figures{grid-template-columns:1fr}
        .multiples{grid-template-columns:1fr 1fr!important;gap:1rem!important}
        .row{grid-template-columns:1fr;gap:.25rem;margin:.8rem 0}td,th{padding-right:.6rem}.isthmus svg{height:4.5rem}}
        @media print{:root{color-scheme:light;--ground:#fff;--panel:#f4f2ed;--ink:#000;--soft:#444;--line:#ccc;--land:#0a7d5c;--c0:#0072b2;--c1:#d98c00;
        --c2:#00865f;--c3:#cc4e00;--c4:#b0578c;--c5:#3ea4de;--c6:#857800;--c7:#5d6470;--c8:#8a5a3b;--c9:#8a45b5;
        --q0:#0d0887;--q1:#46039f;--q2:#7201a8;--q3:#9c179e;--q4:#bd3786;--q5:#d8576b;--q6:#ed7953;--q7:#fb9f3a}
        body{padding:0;max-width:none;font-size:10pt;display:block!important}.contents{display:none}
        h2{break-after:avoid;margin-top:1.6rem}.beside{grid-template-columns:3fr 2fr}
        details::details-content{content-visibility:visible;block-size:auto}section>p{break-after:avoid}.pictures{break-inside:avoid}
        .panels{grid-template-columns:1fr 1fr}.figures{grid-template-columns:repeat(3,1fr)}*{print-color-adjust:exact}}
        @page{margin:16mm}
        """;
}
