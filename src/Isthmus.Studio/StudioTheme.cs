using MudBlazor;

namespace Isthmus.Studio;

/// <summary>Colours and letters of the studio, those of the reports; no font comes from a network. Safe to use from several threads.</summary>
public static class StudioTheme
{
    private static readonly string[] Letters = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    /// <summary>The theme of both modes.</summary>
    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#0a7057",
                Secondary = "#0065a0",
                Tertiary = "#8a5200",
                Background = "#fdfcfa",
                Surface = "#ffffff",
                DrawerBackground = "#f4f2ed",
                DrawerText = "#1c2024",
                DrawerIcon = "#4d545c",
                AppbarBackground = "#f4f2ed",
                AppbarText = "#1c2024",
                TextPrimary = "#1c2024",
                TextSecondary = "#4d545c",
                LinesDefault = "#d8d5cd",
                TableLines = "#e4e1d9",
                Divider = "#d8d5cd",
                ActionDefault = "#4d545c",
                Success = "#0a7057",
                Warning = "#8a5200",
                Error = "#b3261e",
                Info = "#0065a0",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#38c79b",
                Secondary = "#6ab6f0",
                Tertiary = "#f0ad2c",
                Background = "#14181c",
                Surface = "#1d2329",
                DrawerBackground = "#181d22",
                DrawerText = "#e8e6e1",
                DrawerIcon = "#a2a9b2",
                AppbarBackground = "#181d22",
                AppbarText = "#e8e6e1",
                TextPrimary = "#e8e6e1",
                TextSecondary = "#b0b7c0",
                LinesDefault = "#363d45",
                TableLines = "#2a3138",
                Divider = "#363d45",
                ActionDefault = "#b0b7c0",
                PrimaryContrastText = "#0d1512",
                Success = "#38c79b",
                Warning = "#f0ad2c",
                Error = "#ff8a80",
                Info = "#6ab6f0",
            },
            Typography = new()
            {
                Default = new DefaultTypography { FontFamily = Letters, FontSize = ".9375rem" },
                Button = new ButtonTypography
                {
                    FontFamily = Letters,
                    TextTransform = "none",
                    FontWeight = "500",
                    FontSize = ".9rem",
                },
            },
            LayoutProperties = new() { DefaultBorderRadius = "6px", AppbarHeight = "48px" },
        };
}
