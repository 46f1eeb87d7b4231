using Isthmus.Information;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Components;

/// <summary>
/// Preferences of the reader on every page: bits or nats, light or dark, both kept by the browser, and the width of the window. Belongs to one connection, and
/// to its thread.
/// </summary>
/// <param name="script">The browser.</param>
public sealed class Preferences(IJSRuntime script)
{
    /// <summary>True for nats; bits otherwise.</summary>
    public bool IsNats { get; private set; }

    /// <summary>True on a dark page.</summary>
    public bool IsDark { get; private set; }

    /// <summary>True in a window as narrow as a phone's when the page was opened.</summary>
    public bool IsNarrow { get; private set; }

    /// <summary>Name of the unit of information.</summary>
    public string Unit => IsNats ? "nats" : "bits";

    /// <summary>Name of the other unit.</summary>
    public string OtherUnit => IsNats ? "bits" : "nats";

    /// <summary>Raised when a preference has changed.</summary>
    public event Action? Changed;

    /// <summary>Nats in the unit that is shown.</summary>
    public double Of(double nats) => IsNats ? nats : InformationUnits.NatsToBits(nats);

    /// <summary>Bits in the unit that is shown.</summary>
    public double OfBits(double bits) => IsNats ? bits / InformationUnits.BitsPerNat : bits;

    /// <summary>Returns bits as text in the unit that is shown, with it.</summary>
    /// <param name="bits">The value.</param>
    /// <param name="digits">Significant digits.</param>
    public string TextOf(double bits, int digits) => $"{NumberText.Of(OfBits(bits), digits)} {Unit}";

    /// <summary>Reads what the browser has kept; light or dark as its system is, where it has kept nothing.</summary>
    public async Task LoadAsync()
    {
        var kept = await script.InvokeAsync<string[]>("isthmus.preferences");
        (IsNats, IsDark, IsNarrow) = (kept[0] == "nats", kept[1] == "dark", kept[2] == "narrow");
        Changed?.Invoke();
    }

    /// <summary>Shows the other unit.</summary>
    public Task SwitchUnitAsync()
    {
        IsNats = !IsNats;
        return KeepAsync("unit", Unit);
    }

    /// <summary>Shows the other theme.</summary>
    public Task SwitchThemeAsync()
    {
        IsDark = !IsDark;
        return KeepAsync("theme", IsDark ? "dark" : "light");
    }

    private async Task KeepAsync(string key, string value)
    {
        Changed?.Invoke();
        await script.InvokeVoidAsync("isthmus.keep", key, value);
    }
}
