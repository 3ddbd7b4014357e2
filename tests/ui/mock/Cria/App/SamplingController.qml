import QtQuick

QtObject {
    property real temperature: 1
    property real temperatureDefault: 1
    property int topK: 50
    property int topKDefault: 50
    property real topP: 1
    property real topPDefault: 1
    property real minP: 0
    property real minPDefault: 0
    property real typicalP: 1
    property real typicalPDefault: 1
    property real repetitionPenalty: 1
    property real repetitionPenaltyDefault: 1
    property int noRepeatNgram: 0
    property int noRepeatNgramDefault: 0
    property int maxNewTokens: 500
    property int maxNewTokensDefault: 500
    property int maxNewTokensLimit: 2048
    property bool seedFixed: false
    property string seed: "42"
    property int variants: 1
    property var stopStrings: []
    readonly property bool modified: temperature !== 1 || topK !== 50 || topP !== 1 || minP !== 0 || repetitionPenalty !== 1 || maxNewTokens !== 500 || stopStrings.length > 0

    function reset(): void {
        temperature = 1;
        topK = 50;
        topP = 1;
        minP = 0;
        typicalP = 1;
        repetitionPenalty = 1;
        noRepeatNgram = 0;
        maxNewTokens = 500;
        stopStrings = [];
    }
    function addStopString(text: string): void {
        stopStrings = stopStrings.concat([text]);
    }
    function removeStopString(index: int): void {
        stopStrings = stopStrings.filter((text, i) => i !== index);
    }
    function newSeed(): void {
        seed = "4711";
    }
}
