import QtQuick
import QtTest

// The settings on the right, by mouse and by keyboard.
DrivenWindow {
    name: "Sampling"

    function test_slideInMidReply(): void {
        app.chat.script = "word ".repeat(500);
        open(1360, 860);
        type("go");
        keyClick(Qt.Key_Return);
        tryVerify(() => app.chat.temperatures.length > 3);
        const slider = sliderIn(find("temperature"));
        mouseDrag(slider, slider.width / 2, slider.height / 2, slider.width / 4, 0, Qt.LeftButton);
        verify(app.sampling.temperature > 1.2, "temperature is " + app.sampling.temperature);
        const now = app.sampling.temperature;
        tryVerify(() => app.chat.temperatures[app.chat.temperatures.length - 1] === now);
        verify(app.chat.generating, "sliding does not stop the reply");
        keyClick(Qt.Key_Escape);
    }
    function test_numberFields(): void {
        open(1360, 860);
        const field = inputIn(find("topK"));
        mouseClick(field);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("10");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 10);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("off");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 0);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("llama");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 0);
        compare(field.text, "off");
        keyClick(Qt.Key_Up);
        compare(app.sampling.topK, 1);
        const penalty = inputIn(find("repetitionPenalty"));
        mouseClick(penalty);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("1,5");
        keyClick(Qt.Key_Tab);
        compare(app.sampling.repetitionPenalty, 1.5);
        // What is only looked at keeps the digits that the field does not show.
        app.sampling.topP = 0.9254;
        mouseClick(inputIn(find("topP")));
        keyClick(Qt.Key_Tab);
        compare(app.sampling.topP, 0.9254);
        // .. also where something was typed and taken back.
        mouseClick(inputIn(find("topP")));
        type("7");
        keyClick(Qt.Key_Escape);
        keyClick(Qt.Key_Tab);
        compare(app.sampling.topP, 0.9254);
    }
    function test_withoutDrawingThereIsOneVariant(): void {
        open(1360, 860);
        mouseClick(find("variants4"));
        compare(app.sampling.variants, 4);
        app.sampling.temperature = 0;
        compare(find("variants4").enabled, false);
        compare(find("variants4").chosen, false);
        compare(find("variants1").chosen, true);
        app.sampling.temperature = 1;
        compare(find("variants4").chosen, true);
    }
    function test_sliderKeysScaleAndReset_data(): var {
        return [{
                "tag": "temperature",
                "setting": "temperature",
                "initial": 1
            }, {
                "tag": "topK",
                "setting": "topK",
                "initial": 50
            }, {
                "tag": "topP",
                "setting": "topP",
                "initial": 1
            }, {
                "tag": "minP",
                "setting": "minP",
                "initial": 0
            }, {
                "tag": "repetitionPenalty",
                "setting": "repetitionPenalty",
                "initial": 1
            }, {
                "tag": "maxNewTokens",
                "setting": "maxNewTokens",
                "initial": 500
            }];
    }
    function test_sliderKeysScaleAndReset(data: var): void {
        open(1360, 860);
        const slider = sliderIn(find(data.setting));
        slider.forceActiveFocus(Qt.TabFocusReason);
        compare(app.sampling[data.setting], data.initial);
        keyClick(data.initial === 0 || data.setting === "repetitionPenalty" ? Qt.Key_Right : Qt.Key_Left);
        verify(app.sampling[data.setting] !== data.initial, "an arrow key moves it");
        mouseDoubleClickSequence(slider, slider.width * 0.9, slider.height / 2);
        tryVerify(() => app.sampling[data.setting] === data.initial);
        // The whole groove is the whole range, there and back.
        for (let i = 0; i <= 20; ++i) {
            const value = slider.valueAt(i / 20);
            fuzzyCompare(slider.valueAt(slider.positionFor(value)), value, Math.max(1e-9, value * 1e-9));
        }
    }
    function test_topKIsLogarithmicAndItsEndIsOff(): void {
        open(1360, 860);
        const slider = sliderIn(find("topK"));
        compare(slider.valueAt(0), 1);
        compare(slider.valueAt(0.96), 1000);
        compare(slider.valueAt(1), 0);
        fuzzyCompare(slider.valueAt(0.48), 32, 1);
        slider.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_End);
        compare(app.sampling.topK, 0);
        keyClick(Qt.Key_Left);
        compare(app.sampling.topK, 1000);
    }
    function test_seedVariantsStops(): void {
        open(1360, 860);
        mouseClick(find("seedFixed"));
        compare(app.sampling.seedFixed, true);
        const seed = find("seed");
        mouseClick(seed);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("7");
        keyClick(Qt.Key_Return);
        compare(app.sampling.seed, "7");
        mouseClick(find("variants4"));
        compare(app.sampling.variants, 4);
        mouseClick(find("addStop"));
        type("a\\n");
        keyClick(Qt.Key_Return);
        compare(app.sampling.stopStrings, ["a\n"]);
        verify(app.sampling.modified);
        mouseClick(find("resetSampling"));
        compare(app.sampling.stopStrings, []);
    }
}
