import QtQuick
import QtTest
import Cria

// Every pair of text and ground is at least 4.5:1, in both themes; and the colours are the brief's.
TestCase {
    name: "Theme"

    function light(channel: real): real {
        return channel <= 0.03928 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
    }
    function luminance(c: color): real {
        return 0.2126 * light(c.r) + 0.7152 * light(c.g) + 0.0722 * light(c.b);
    }
    function contrast(a: color, b: color): real {
        const brighter = Math.max(luminance(a), luminance(b));
        const darker = Math.min(luminance(a), luminance(b));
        return (brighter + 0.05) / (darker + 0.05);
    }
    function test_contrast_data(): var {
        const rows = [];
        for (const theme of ["light", "dark"]) {
            Theme.choice = theme;
            for (const pair of Theme.textPairs)
                rows.push({
                        "tag": theme + ": " + pair.name,
                        "text": pair.text,
                        "ground": pair.ground
                    });
        }
        Theme.choice = "system";
        return rows;
    }
    function test_contrast(data: var): void {
        const ratio = contrast(data.text, data.ground);
        verify(ratio >= 4.5, data.tag + " is " + ratio.toFixed(2));
    }
    function test_followsTheDesktop(): void {
        Theme.choice = "system";
        Theme.systemDark = true;
        compare(Theme.page, "#1b1917");
        Theme.systemDark = false;
        compare(Theme.page, "#fbf9f6");
        Theme.reducedMotion = true;
        compare(Theme.duration, 0);
        Theme.reducedMotion = false;
        compare(Theme.duration, 120);
    }
}
